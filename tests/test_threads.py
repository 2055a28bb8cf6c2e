"""A process that runs on has its threads from the beginning, and no more of them later."""

import threading
from concurrent.futures import ThreadPoolExecutor

from powerup.outsmart.readers import HostReaders
from powerup.sync.process.scheduling import scheduler
from powerup.threads import begun_pool


def _of(name: str, before: frozenset[threading.Thread] = frozenset()) -> int:
    return sum(each.name.startswith(name) for each in threading.enumerate() if each not in before)


def test_a_pool_has_all_its_threads_before_its_first_work_and_no_more_with_it() -> None:
    with begun_pool(3, "begun") as pool:
        assert _of("begun") == 3
        assert list(pool.map(str, range(9))) == [str(number) for number in range(9)]
        assert _of("begun") == 3
    with ThreadPoolExecutor(3, thread_name_prefix="lazy") as lazy:  # as it is by itself
        lazy.submit(str).result()
        assert _of("lazy") == 1


def test_what_reads_hosts_and_what_goes_on_in_the_background_have_theirs_too() -> None:
    before = frozenset(threading.enumerate())  # some of other tests, perhaps, that are about to end
    readers = HostReaders()
    readers.begin_threads()
    assert _of("host-reading", before) == 24
    readers.close()
    running = scheduler(2, "of a schedule")
    assert _of("of a schedule") == 2
    running.start()
    running.shutdown()
