from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest
from PIL import Image, ImageCms
from unit.media.images import a_png_that_claims, an_image, b64, file_of, noise, opened

from components.domain.findings import Edit, Fix, Scale
from components.domain.json_types import Json, JsonObject
from components.media import READER, Unscalable, resolve, scale_down, scaling


@pytest.mark.parametrize(
    ("form", "becomes"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/png")],
)
def test_an_image_is_made_smaller_and_stays_what_it_is(form: str, becomes: str) -> None:
    media_type, data = scale_down(an_image(form, 400, 200), 100)
    assert media_type == becomes
    facts = READER.image(data)
    assert facts
    assert (facts.media_type, facts.width, facts.height) == (becomes, 100, 50)
    small = opened(data).convert("L")
    assert small.getpixel((50, 5)) < 60
    assert small.getpixel((50, 45)) > 200


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_an_image_that_is_small_enough_is_left_alone(form: str) -> None:
    data = an_image(form, 100, 40)
    assert scale_down(data, 100) == (f"image/{form.lower()}", data)


@pytest.mark.parametrize(("width", "height"), [(4000, 1), (1, 4000), (3001, 2999)])
def test_the_longest_edge_is_kept_to_in_any_shape(width: int, height: int) -> None:
    facts = READER.image(scale_down(an_image("PNG", width, height), 1000)[1])
    assert facts
    assert max(facts.width, facts.height) == 1000
    assert min(facts.width, facts.height) >= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_images_of_every_mode_keep_dark_and_light(mode: str) -> None:
    image = Image.linear_gradient("L").resize((300, 300))
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257 + 0).convert("I;16")
    else:
        image = image.convert(mode)
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    small = opened(scale_down(b64(file_of(image, form)), 90)[1]).convert("L")
    assert small.size == (90, 90)
    assert small.getpixel((45, 2)) < 40
    assert small.getpixel((45, 87)) > 215
    assert abs(small.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) - 127) < 12


def test_what_is_transparent_stays_transparent() -> None:
    image = Image.new("P", (200, 100), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(0, (0, 0, 100, 100))
    for form in ("PNG", "GIF"):
        small = opened(scale_down(b64(file_of(image, form, transparency=0)), 50)[1])
        assert small.convert("RGBA").getpixel((5, 10))[3] == 0
        assert small.convert("RGBA").getpixel((45, 10)) == (0, 0, 255, 255)


def test_a_photo_lying_on_its_side_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was turned: shown, it is 200 wide and 400 high.
    small = opened(scale_down(an_image("JPEG", 400, 200, exif=exif), 100)[1])
    assert small.size == (50, 100)
    assert not small.getexif()
    assert small.convert("L").getpixel((2, 50)) > small.convert("L").getpixel((47, 50))


def test_the_colour_profile_is_kept_and_where_one_was_taken_is_not() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = "at home"
    for form in ("PNG", "JPEG", "WEBP"):
        small = opened(scale_down(an_image(form, 400, 200, icc_profile=profile, exif=exif), 100)[1])
        assert small.info["icc_profile"] == profile
        assert "exif" not in small.info


def test_of_an_animation_the_first_frame_remains() -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    gif = file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])
    small = opened(scale_down(b64(gif), 100)[1])
    assert getattr(small, "n_frames", 1) == 1
    assert small.convert("RGB").getpixel((50, 50)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("form", "mode", "becomes"),
    [
        ("PNG", "RGB", "image/jpeg"),
        ("PNG", "RGBA", "image/webp"),
        ("JPEG", "RGB", "image/jpeg"),
        ("WEBP", "RGB", "image/webp"),
    ],
)
def test_too_many_bytes_are_made_fewer(
    form: str, mode: str, becomes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaling, "MOST_BASE64_BYTES", 60_000)
    options = {} if form == "PNG" else {"quality": 100}
    data = b64(file_of(noise(400, 300, mode), form, **options))
    assert len(data) > 60_000
    media_type, smaller = scale_down(data, 8000)
    facts = READER.image(smaller)
    assert facts
    assert (media_type, facts.media_type) == (becomes, becomes)
    assert len(smaller) <= 60_000
    assert abs(facts.width / facts.height - 4 / 3) < 0.02


def test_a_png_that_needs_no_fewer_pixels_keeps_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "MOST_BASE64_BYTES", 150_000)
    media_type, smaller = scale_down(b64(file_of(noise(300, 300), "PNG")), 8000)
    assert (media_type, opened(smaller).size) == ("image/jpeg", (300, 300))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("QUJD", "not a PNG, JPEG, GIF or WebP"),
        ("?", "not a PNG, JPEG, GIF or WebP"),
        (a_png_that_claims(20_000, 20_000), "20,000 × 20,000 pixels: too many"),
        (a_png_that_claims(2_000, 2_000), "damaged"),
        (b64(b"\x89PNG\r\n\x1a\n"), "damaged"),
        (b64(base64.b64decode(an_image("JPEG", 400, 400))[:900]), "damaged"),
    ],
)
def test_what_cannot_be_made_smaller_says_why(data: str, words: str) -> None:
    with pytest.raises(Unscalable, match=words):
        scale_down(data, 100)


# Fixes -------------------------------------------------------------------------------------------------


def body_with(*blocks: Json) -> JsonObject:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


def image_block(data: str, media_type: str = "image/png") -> JsonObject:
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}


def source_at(body: Mapping[str, Json], position: int) -> JsonObject:
    return body["messages"][0]["content"][position]["source"]  # type: ignore[index,call-overload,return-value]


def test_a_fix_that_scales_becomes_one_of_edits() -> None:
    small = an_image("PNG", 50, 50)
    body = body_with(image_block(small), image_block(an_image("GIF", 400, 200), "image/gif"))
    place = ("messages", 0, "content")
    fix = Fix("Make it smaller", (Edit(("max_tokens",), 5),), ("beta",), scale=(Scale((*place, 1), 100),))
    resolved = resolve(fix, body)
    assert resolved.scale == ()
    assert (resolved.label, resolved.add_betas) == (fix.label, fix.add_betas)
    mended = resolved.apply(body)
    assert mended["max_tokens"] == 5
    assert source_at(mended, 0) == source_at(body, 0)
    assert source_at(mended, 1)["media_type"] == "image/png"
    facts = READER.image(str(source_at(mended, 1)["data"]))
    assert facts
    assert (facts.width, facts.height) == (100, 50)


def test_the_edits_of_a_fix_come_after_its_scaling() -> None:
    body = body_with({"type": "text", "text": "gone"}, image_block(an_image("PNG", 400, 200)))
    place = ("messages", 0, "content")
    last = Edit((*place, 1, "source", "media_type"), "image/x")
    fix = Fix("Both", (last,), scale=(Scale((*place, 1), 100),))
    assert source_at(resolve(fix, body).apply(body), 1)["media_type"] == "image/x"


def test_a_fix_without_scaling_is_the_same_fix() -> None:
    fix = Fix("Remove", (Edit(("top_k",), 5),))
    assert resolve(fix, {}) == fix


@pytest.mark.parametrize(
    "block", ["text", {"type": "image", "source": {"type": "url", "url": "https://x"}}, {}]
)
def test_an_image_that_is_not_in_the_request_cannot_be_scaled(block: Json) -> None:
    fix = Fix("Make it smaller", (), scale=(Scale(("messages", 0, "content", 0), 100),))
    for body in (body_with(block), body_with(), {}):
        with pytest.raises(Unscalable, match="not in the request"):
            resolve(fix, body)
