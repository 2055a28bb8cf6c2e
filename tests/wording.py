"""How sentences that count are read in tests: their nouns and verbs, of one and of several, in both languages."""

import re
from collections.abc import Iterable, Mapping

from tests.translations import Key

NEVER_ONE = {"most", "longest", "least"}
"""Values that the code itself sets, and to more than 1."""

NO_NOUNS = re.compile(
    "a|already|and|as|at|becomes|belongs|by|cannot|could|do|does|done|ended|ends|falls|fits|for|from|gave|goes|"
    "had|has|have|here|in|installed|is|lacks|lies|made|more|no|now|of|on|or|ordered|renews|retracted|runs|s|sends|"
    "shown|stands|terminated|that|to|twice|unless|until|was|went|when|will|with|withheld|without"
)
"""Words that may follow a value in a sentence that does not count; any other is taken for what the value counts."""

NOUNS = {
    "nl": "bezoek/bezoeken werkbon/werkbonnen contract/contracten relatie/relaties object/objecten gegeven/gegevens "
    "rij/rijen regel/regels fout/fouten geheim/geheimen klant/klanten bericht/berichten storing/storingen keer/keer "
    "termijn/termijnen minuut/minuten uur/uur dag/dagen werkdag/werkdagen week/weken maand/maanden jaar/jaar "
    "instelling/instellingen formulier/formulieren materiaal/materialen brief/brieven certificaat/certificaten "
    "punt/punten aanroep/aanroepen stap/stappen",
    "en": "visit/visits order/orders contract/contracts customer/customers object/objects record/records row/rows "
    "entry/entries error/errors secret/secrets tenant/tenants message/messages fault/faults try/tries "
    "deadline/deadlines minute/minutes hour/hours day/days week/weeks month/months year/years setting/settings "
    "form/forms material/materials line/lines letter/letters certificate/certificates "
    "thing/things call/calls step/steps",
}
"""What sentences count: one of it, and several."""

VERBS = {
    "nl": "is/zijn was/waren heeft/hebben staat/staan wordt/worden wacht/wachten blijft/blijven zou/zouden",
    "en": "is/are was/were has/have waits/wait stays/stay needs/need",
}
"""What is said of one, and of several."""


def pairs(words: str) -> dict[str, str]:
    """Words by their form for one, with that for several."""
    return dict(pair.split("/") for pair in words.split())


def forms(key: Key) -> tuple[str, ...]:
    """The sentence in English; for one and for several where it counts."""
    return key if isinstance(key, tuple) else (key,)


def values_in(sentence: str) -> set[str]:
    """The names of the values that fill it."""
    return set(re.findall(r"\{(\w+)\}", sentence))


def first_known(words: Iterable[str], known: Mapping[str, str]) -> str | None:
    """The first of these words that is known."""
    return next((word for word in words if word in known or word in known.values()), None)


def counts_without_a_form_for_one(english: str) -> list[tuple[str, str]]:
    """Values that stand before what they count in a sentence that has one form only, each with the word after it."""
    before_a_word = re.findall(r"\{(\w+)\} (?:\(\{\w+\}\) )?([a-z]+)", english)
    return [(value, word) for value, word in before_a_word if not NO_NOUNS.fullmatch(word) and value not in NEVER_ONE]


def assert_reads_right(said: str, number: int, language: str) -> None:
    """After the number, and in the whole sentence where it is not said, stand a noun and a verb that go with it."""
    after = said.lower().rpartition(f"{number} ")[2] if str(number) in said else said.lower()
    nouns, verbs = pairs(NOUNS[language]), pairs(VERBS[language])
    noun = first_known(re.findall(r"\w+", after), nouns)
    verb = first_known(re.split(r"[.:;,]", after)[0].split()[:3], verbs)
    assert noun, f"NOUNS does not know what is counted: {said}"
    assert noun in (nouns if number == 1 else nouns.values()), said
    assert verb is None or verb in (verbs if number == 1 else verbs.values()), said
