"""Files that mean harm, or are broken, are refused at once, in words, and cost little."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import warnings
from itertools import pairwise
from pathlib import Path

import pytest

from flywheel_edu import FlywheelError
from flywheel_edu.errors import FlywheelNotice, Place
from flywheel_exchange import read_xmile
from tests.exchange.files import MODELS, NAMESPACE, aux, refusal

ROOT = f'<xmile version="1.0" xmlns="{NAMESPACE}">'
SPECS = "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>"


def whole(variables: str, before: str = "", specs: str = SPECS) -> str:
    return f"{before}{ROOT}\n{specs}\n<model><variables>\n{variables}\n</variables></model></xmile>"


def entities(*declared: str) -> str:
    return "<!DOCTYPE xmile [\n" + "\n".join(f"<!ENTITY {line}>" for line in declared) + "\n]>\n"


LAUGHS = entities('a "ha"', *(f'{b} "' + f"&{a};" * 10 + '"' for a, b in pairwise("abcdefghij")))
CHAIN = "".join(aux(f"x{i + 1}", f"x{i}") for i in range(1998))

# Each text, and how the refusal begins; None for what is only large, and a model.
HOSTILE = {
    "billion laughs": (whole(aux("&j;"), LAUGHS), "this file declares the entity 'a'"),
    "a file of the system": (
        whole(aux("&e;"), entities('e SYSTEM "file:///etc/passwd"')),
        "this file declares the entity 'e'",
    ),
    "an entity from the network": (
        whole(aux("&e;"), entities('e SYSTEM "http://localhost:1/x"')),
        "this file declares the entity 'e'",
    ),
    "a parameter entity": (
        whole("", entities('% p SYSTEM "file:///etc/passwd"')),
        "this file declares the entity 'p'",
    ),
    "a document type": (
        whole("", '<!DOCTYPE xmile SYSTEM "http://localhost:1/x.dtd">\n'),
        "this file declares a document type (<!DOCTYPE ...>), and a model needs none",
    ),
    "an entity nobody declared": (
        whole("<aux name='x'><eqn>&nobody;</eqn></aux>"),
        "this file is not well-formed XML: undefined entity",
    ),
    "nothing": ("", "the file 'try.xmile' is empty"),
    "no xml": ("stocks and flows", "this file is not well-formed XML: syntax error"),
    "another kind of xml": ("<html><body/></html>", "this is not an XMILE file"),
    "half a file": (
        whole(aux("1"))[:-40],
        "this file is not well-formed XML:",
    ),
    "a tag left open": (
        whole("<flow name='f'><eqn>1</eqn>"),
        "this file is not well-formed XML: mismatched tag",
    ),
    "a sign that is no text": (
        whole("<aux name='x'><eqn>\0</eqn></aux>"),
        "this file is not well-formed XML: not well-formed (invalid token)",
    ),
    "an encoding nobody knows": (
        '<?xml version="1.0" encoding="klingon"?><xmile/>',
        "this file names an encoding that is not known here",
    ),
    "elements without end": ("<xmile>" + "<a>" * 1_000_000, "the elements nest more than 64 deep"),
    "too many elements": (
        whole("<aux name='x'/>" * 200_000),
        "the file has more than 60,000 elements",
    ),
    "too many quantities": (
        whole("".join(aux("1", f"x{i}") for i in range(20_000))),
        "the model has 4,001 quantities or more when its modules",
    ),
    "too many lines": (whole(aux("\n" * 4_000_000 + "1")), "the file has more than 200,000 lines"),
    "too many attributes": (
        "<xmile " + " ".join(f"a{i}='1'" for i in range(200_000)) + "/>",
        "this file holds no <model>",
    ),
    "too many signs": (
        whole("<aux name='x'><eqn>" + "&lt;" * 1_000_000 + "</eqn></aux>"),
        "this equation has 1,000,000 characters; 10,000 are allowed",
    ),
    "too many points": (
        whole(aux("1", inside="<gf><ypts>" + "1," * 2_000_000 + "</ypts></gf>")),
        "a graphical function has at most 1,000 points",
    ),
    "brackets without end": (whole(aux("(" * 9_000)), "this equation nests too deeply"),
    "minus signs without end": (whole(aux("-" * 9_000 + "1")), "this equation nests too deeply"),
    "a choice without end": (
        whole(aux("IF 1 THEN 1 ELSE " * 550 + "1")),
        "this equation nests too deeply",
    ),
    "functions that double": (
        whole(aux("SAFEDIV(1," * 30 + "2" + ", 1)" * 30)),
        "this equation becomes too long when it is written out",
    ),
    "delays that multiply": (
        whole(aux("SMTHN(" * 30 + "TIME" + ", 3, 50, 1)" * 30)),
        None,
    ),
    "quotes without end": (whole(aux('"' * 8_001)), "this name in quotes has no closing quote"),
    "comments without end": (whole(aux("{" * 9_000)), "this comment has no '}'"),
    "a step that is too small": (
        whole("", specs=SPECS.replace("<dt>1<", "<dt>1e-12<")),
        "the time line has 10,000,000,000,000 steps; 1,000,000 are allowed",
    ),
    "time without end": (
        whole("", specs=SPECS.replace("<stop>10<", "<stop>inf<")),
        "'inf' is not a number",
    ),
    "a circle": (
        whole(aux("b", "a") + "\n" + aux("a", "b")),
        "these quantities wait for each other: a -> b -> a",
    ),
    "a circle of 1999": (
        whole(CHAIN + aux("x0", "x1998")),
        "these quantities wait for each other: x0 -> x1998 -> ",
    ),
    "a circle of openings": (
        whole("<stock name='a'><eqn>b</eqn></stock><stock name='b'><eqn>a</eqn></stock>"),
        "these opening values wait for each other: a -> b -> a",
    ),
    "a long chain": (whole(CHAIN + aux("1", "x1998")), None),
    "a stock at zero behind a braid of flows": (
        whole(
            "<stock name='s'><eqn>1</eqn><outflow>x0</outflow><non_negative/></stock>"
            + "".join(aux(f"x{i + 1} * 2 + x{i + 2}", f"x{i}") for i in range(1900))
            + aux("s", "x1900")
            + aux("s", "x1901")
        ),
        None,
    ),
    "a stock with a thousand ways out": (
        whole(
            "<stock name='s'><eqn>1</eqn>"
            + "".join(f"<outflow>x{i}</outflow>" for i in range(1_000))
            + "<non_negative/></stock>"
            + "".join(aux("3", f"x{i}") for i in range(1_000))
        ),
        "'s' has 1000 flows and may not go below zero; 60 can be limited here",
    ),
    "names that are nearly one": (
        whole("".join(aux("1", f"{'long name ' * 30}{i}") for i in range(1_500)) + aux("nobody")),
        "nothing is called 'nobody'",
    ),
}

_MEASURED = """
import json, re, resource, sys
from pathlib import Path
from flywheel_edu import FlywheelError
from flywheel_exchange import read_xmile
from flywheel_exchange.document import OURS
out = []
for path in sys.argv[1:]:
    try:
        read_xmile(path)
        said = None
    except FlywheelError as error:
        said = str(error)
    except BaseException as error:
        said = f"!!! {type(error).__name__}: {error}"[:400]
    out.append(said)
# getrusage also counts what the parent held when it forked; Linux tells this process's own most.
status = Path("/proc/self/status")
if status.exists():
    most = int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1])
else:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([out, most / 1024]))
"""


def measured(*paths: Path) -> tuple[list[str | None], float]:
    """What is said of each file, and the memory all of them took in MB."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    said, memory = json.loads(done.stdout)
    return said, memory


@pytest.mark.timeout(120)
def test_harm_is_refused_in_little_room(tmp_path):
    paths = []
    for i, (text, _) in enumerate(HOSTILE.values()):
        folder = tmp_path / str(i)
        folder.mkdir()
        paths.append(folder / "try.xmile")
        paths[-1].write_text(text, encoding="utf-8")
    out, memory = measured(*paths)
    for (name, (_, begins)), said in zip(HOSTILE.items(), out, strict=True):
        if begins is None:
            assert said is None, (name, said)
        else:
            assert said is not None, name
            assert said.startswith(begins), name
    assert memory < 500


def test_a_file_of_100_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.xmile"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    [said], memory = measured(path)
    assert said == (
        "the file 'large.xmile' is larger than 5 MB\n"
        "  hint: a model of this course is a few pages long; is this another kind of file?"
    )
    assert memory < 200


def refused(folder: Path, text: str | bytes) -> str:
    path = folder / "try.xmile"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return refusal(path)


def test_an_entity_is_named_with_its_line(tmp_path):
    assert (
        refused(tmp_path, whole("", entities('first "1"', 'second "2"')))
        == """\
this file declares the entity 'first'; a model needs none, and entities can be made to swell or \
to fetch files
  line 2: <!ENTITY first "1">
          ^^^^^^^^
  hint: remove the <!DOCTYPE ...> part and write the text itself"""
    )


def test_a_tag_left_open_is_named_with_its_line(tmp_path):
    assert (
        refused(tmp_path, whole("<flow name='f'>\n<eqn>1</eqn>"))
        == """\
this file is not well-formed XML: mismatched tag
  line 6: </variables></model></xmile>
            ^
  hint: <flow> is opened on line 4 and never closed"""
    )


def test_a_wrong_encoding_is_named(tmp_path):
    text = whole(aux("1", "Zürich")).encode("latin-1")
    assert refused(tmp_path, text).endswith(
        "hint: the file is not in the encoding it says; save it in UTF-8"
    )
    said = '<?xml version="1.0" encoding="iso-8859-1"?>\n'
    (tmp_path / "latin.xmile").write_bytes(said.encode() + text)
    (tmp_path / "wide.xmile").write_text(whole(aux("1", "Zürich")), encoding="utf-16")
    for name in ("latin", "wide"):
        with pytest.warns(FlywheelNotice, match="'Zürich' is zurich"):
            assert list(read_xmile(tmp_path / f"{name}.xmile")) == ["zurich"]


@pytest.mark.parametrize("seed", range(60))
def test_a_file_that_was_damaged_is_read_or_refused_and_nothing_else(seed, tmp_path):
    """Bytes of good files are changed, dropped and doubled at random."""
    chance = random.Random(seed)
    sources = sorted(MODELS.glob("*.xmile"))
    data = bytearray(chance.choice(sources).read_bytes())
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 30)]
            case 2:
                data[at:at] = data[at : at + chance.randrange(1, 60)]
            case 3:
                data[at:at] = chance.choice(
                    [
                        b"&lt;",
                        b"(",
                        b"1e9",
                        b"<gf/>",
                        b'"',
                        b"<eqn>",
                        b"SMTH3(",
                        b"TIME",
                        b"-",
                        b",",
                    ]
                )
    path = tmp_path / "damaged.xmile"
    path.write_bytes(data)
    with contextlib.suppress(FlywheelError), warnings.catch_warnings():
        warnings.simplefilter("ignore", FlywheelNotice)
        read_xmile(path)


def test_a_tab_is_blank_in_the_line_that_a_message_shows():
    shown = "  line 3:   <aux>\tx\n            ^^^^^"
    assert Place(3, "\t\t<aux>\tx", 2, 7).underlined() == shown.replace("\tx", " x")
