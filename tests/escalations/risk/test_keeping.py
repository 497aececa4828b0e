"""A model file is what was written, or it is refused with a reason; nothing in it is ever run."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io

from escalations.detection.risk import keeping
from escalations.detection.risk.keeping import ModelUnusable
from tests.escalations.risk.conftest import examples, made


def changed(content: bytes, learned: bytes | None = None, **manifest: object) -> bytes:
    """The file with other content; the digest is made to fit unless it is given."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        old = json.loads(archive.read("manifest.json"))
        learned = archive.read("model.skops") if learned is None else learned
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        new = {**old, "digest": keeping.digest(learned), **manifest}
        archive.writestr("manifest.json", json.dumps(new))
        archive.writestr("model.skops", learned)
    return buffer.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(ModelUnusable) as error:
        keeping.unpacked(content)
    assert str(error.value)
    return error.value.code


def test_a_model_that_was_stored_answers_as_before(model, tmp_path):
    keeping.save(model, tmp_path / "m")
    again = keeping.load(tmp_path / "m")
    told = examples(made(50, seed=4))
    assert (again.probabilities(told.facts, told.texts, 50) == model.probabilities(told.facts, told.texts, 50)).all()
    assert again.manifest["card"] == json.loads(json.dumps(model.manifest["card"]))
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_skops_is_trusted_with_no_type_of_its_own(model):
    assert keeping.TRUSTED == []
    assert skops.io.get_untrusted_types(data=skops.io.dumps(model.plain)) == []


def test_a_file_that_is_not_there_damaged_old_or_changed_says_which(model, tmp_path):
    content = keeping.packed(model)
    with pytest.raises(ModelUnusable) as missing:
        keeping.load(tmp_path / "nowhere")
    assert missing.value.code == "missing"
    assert refused(b"") == refused(content[: len(content) // 2]) == refused(b"PK\x03\x04" + b"x" * 99) == "damaged"
    assert refused(changed(content, format=99)) == refused(changed(content, format=None)) == "other_version"
    assert refused(changed(content, digest="0" * 64)) == "tampered"
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0xFF
    assert refused(bytes(flipped)) in ("damaged", "tampered")


class Bomb:
    ran = False

    def __setstate__(self, state: object) -> None:
        Bomb.ran = True

    def __getstate__(self) -> dict[str, int]:
        return {"a": 1}


def test_made_up_content_is_refused_and_nothing_of_it_runs(model):
    content, plain = keeping.packed(model), model.plain
    for learned in (
        pickle.dumps({"a": 1}),
        skops.io.dumps({"columns": Bomb()}),
        skops.io.dumps(["no", "model"]),
        skops.io.dumps({**plain, "rates": plain["rates"][1:]}),
        skops.io.dumps({**plain, "forest": {**plain["forest"], "left": np.full(9, 10**6)}}),
        skops.io.dumps({**plain, "forest": {**plain["forest"], "feature": plain["forest"]["feature"] + 99}}),
    ):
        assert refused(changed(content, learned)) == "damaged"
    assert not Bomb.ran
