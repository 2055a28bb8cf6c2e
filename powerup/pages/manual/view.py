"""The manual inside the office. It holds nothing of a tenant, so that it is there for who cannot sign in, too."""

from flask import Response, abort

from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.manual.chapters import CHAPTERS, NAMES, chapter_named
from powerup.pages.manual.drawing import PICTURES, drawn

_FOR_AN_HOUR = "public, max-age=3600"


def add_manual(pages: Pages) -> None:
    """Its chapters and their pictures."""
    door = pages.parts.door
    pictures = {path.name: path for path in sorted(PICTURES.glob("*.webp"))}

    @pages.open_page("/manual")
    def manual() -> Response:
        return answer("manual/contents.html", door(), chapters=CHAPTERS)

    @pages.open_page("/manual/<chapter_id>")
    def manual_chapter(chapter_id: str) -> Response:
        if chapter_id not in NAMES:
            abort(404)
        return answer(
            "manual/page.html", door(), chapter=chapter_named(chapter_id), drawn=drawn(chapter_id), chapters=CHAPTERS
        )

    @pages.open_page("/manual/pictures/<picture_id>")
    def manual_picture(picture_id: str) -> Response:
        if picture_id not in pictures:
            abort(404)
        headers = {"Cache-Control": _FOR_AN_HOUR}
        return Response(pictures[picture_id].read_bytes(), mimetype="image/webp", headers=headers)
