"""exp, ln and powers for many scenarios at once, as LLVM IR that needs no particular C library.

Branch-free polynomials: each lane of a vector takes the same path. `exp` and `pow` are right to a
few units in the last place over their whole range, and so is `ln`; a test holds them to mpmath.
Where an argument has no answer, or is itself not finite, the result is not finite: the tape has a
check there, and Python says why.

Notes
-----
``exp(x)``: ``n = x / ln 2`` rounded; ``r = x - n ln 2`` with ln 2 in two parts, so that the first
product is exact (Cody and Waite); a polynomial for ``(exp(r) - 1 - r) / r**2``; and the power of
two put together from two, so that results below the smallest normal number come out right.

``ln(x)``: ``x = 2**k m`` with m between sqrt(1/2) and sqrt(2); ``s = (m - 1) / (m + 1)`` and
``ln m = 2 s + 2/3 s**3 + ...``, where the first two terms are kept as sums of two numbers, since a
power multiplies what is lost here by up to 709.

``pow(x, y) = exp(y ln x)`` with the logarithm in two parts.

The polynomials are Chebyshev fits made with mpmath's ``chebyfit`` at 200 bits: of degree 9 on
``|r| <= ln 2 / 2`` (error 2**-56 of the result), and of degree 7 in ``s**2`` (2**-70).

References
----------
Muller, *Elementary Functions: Algorithms and Implementation*, 3rd ed. (2016), ch. 11; Dekker, "A
floating-point technique for extending the available precision", Numerische Mathematik 18 (1971),
for sums and products in two parts.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

_LN2 = (float.fromhex("0x1.62e42fefa3800p-1"), float.fromhex("0x1.ef35793c76730p-45"))
_LOG2E = 1.4426950408889634
_TWO_THIRDS = (float.fromhex("0x1.5555555555555p-1"), float.fromhex("0x1.5555555555555p-55"))
_LOG10E = (float.fromhex("0x1.bcb7b1526e50ep-2"), float.fromhex("0x1.95355baaafad3p-57"))
_EXP = (
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
)
_LN = (
    0.4,
    0.28571428571429364,
    0.22222222221655885,
    0.18181818335392802,
    0.1538459496251843,
    0.1333480469384731,
    0.11706236339491206,
    0.11723178623876518,
)
_MAGIC = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number, in the low bits
_ONE_BITS = 0x3FF0000000000000
_ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
_MANTISSA = 0x000FFFFFFFFFFFFF
_TWO_52 = 4503599627370496.0
_TWO_52_BITS = 0x4330000000000000


class Lanes:
    """Writes IR for vectors of ``width`` numbers; each method gives the name of its result."""

    def __init__(self, width: int, lines: list[str], prefix: str = "x") -> None:
        self.width, self.lines, self.prefix = width, lines, prefix
        self.made = 0
        self.floats = _vector("double", width)
        self.whole = _vector("i64", width)
        self.flags = _vector("i1", width)
        self.true = self._splat("i1", "true")
        self.suffix = "f64" if width == 1 else f"v{width}f64"

    def write(self, code: str) -> str:
        self.made += 1
        name = f"%{self.prefix}{self.made}"
        self.lines.append(f"  {name} = {code}")
        return name

    def number(self, value: float) -> str:
        return self._splat("double", float_bits(value))

    def integer(self, value: int) -> str:
        return self._splat("i64", str(value if value < 1 << 63 else value - (1 << 64)))

    def _splat(self, kind: str, text: str) -> str:
        return text if self.width == 1 else f"splat ({kind} {text})"

    def op(self, name: str, a: str, b: str, fast: str = "") -> str:
        return self.write(f"{name}{fast} {self.floats} {a}, {b}")

    def add(self, a: str, b: str) -> str:
        return self.op("fadd", a, b)

    def sub(self, a: str, b: str) -> str:
        return self.op("fsub", a, b)

    def mul(self, a: str, b: str) -> str:
        return self.op("fmul", a, b)

    def negate(self, a: str) -> str:
        return self.write(f"fneg {self.floats} {a}")

    def fma(self, a: str, b: str, c: str) -> str:
        return self.intrinsic("fma", a, b, c)

    def intrinsic(self, name: str, *args: str) -> str:
        listed = ", ".join(f"{self.floats} {arg}" for arg in args)
        return self.write(f"call {self.floats} @llvm.{name}.{self.suffix}({listed})")

    def compare(self, how: str, a: str, b: str) -> str:
        return self.write(f"fcmp {how} {self.floats} {a}, {b}")

    def select(self, condition: str, a: str, b: str) -> str:
        return self.write(f"select {self.flags} {condition}, {self.floats} {a}, {self.floats} {b}")

    def bits(self, a: str) -> str:
        return self.write(f"bitcast {self.floats} {a} to {self.whole}")

    def from_bits(self, a: str) -> str:
        return self.write(f"bitcast {self.whole} {a} to {self.floats}")

    def on_bits(self, name: str, a: str, b: str) -> str:
        return self.write(f"{name} {self.whole} {a}, {b}")

    def polynomial(self, coefficients: tuple[float, ...], x: str) -> str:
        """In pairs, so that the lanes wait less for one another (Estrin)."""
        terms = [self.number(c) for c in coefficients]
        while len(terms) > 1:
            paired = [
                self.fma(terms[i + 1], x, terms[i]) if i + 1 < len(terms) else terms[i]
                for i in range(0, len(terms), 2)
            ]
            terms = paired
            if len(terms) > 1:
                x = self.mul(x, x)
        return terms[0]

    # -- the functions themselves

    def two_to_the(self, times: str, rounded: str) -> str:
        """``times * 2**n`` for the whole number n that ``rounded`` holds above `_MAGIC`."""
        magic = self.number(_MAGIC)
        n = self.sub(rounded, magic)
        half = self.fma(n, self.number(0.5), magic)
        rest = self.add(self.sub(n, self.sub(half, magic)), magic)
        for part in (half, rest):
            shifted = self.on_bits("shl", self.bits(part), self.integer(52))
            scale = self.from_bits(self.on_bits("add", shifted, self.integer(_ONE_BITS)))
            times = self.mul(times, scale)
        return times

    def exp_of(self, x: str, more: str | None = None) -> str:
        """``exp(x + more)``, with ``more`` far smaller than ``x``."""
        low, high = self.number(-760.0), self.number(720.0)
        x = self.select(self.compare("ogt", x, high), high, x)
        x = self.select(self.compare("olt", x, low), low, x)
        magic = self.number(_MAGIC)
        rounded = self.fma(x, self.number(_LOG2E), magic)
        n = self.sub(rounded, magic)
        r = self.fma(n, self.number(-_LN2[0]), x)
        r = self.fma(n, self.number(-_LN2[1]), r)
        if more is not None:
            r = self.add(r, more)
        q = self.polynomial(_EXP, r)
        grown = self.add(self.fma(self.mul(r, r), q, r), self.number(1.0))
        return self.two_to_the(grown, rounded)

    def ln_of(self, x: str) -> tuple[str, str]:
        """The logarithm of a finite x above zero, as a sum of two numbers."""
        small = self.compare("olt", x, self.number(2.2250738585072014e-308))
        x = self.select(small, self.mul(x, self.number(2.0**54)), x)
        shift = self.integer(_ONE_BITS - _ROOT_HALF_BITS)
        moved = self.on_bits("add", self.bits(x), shift)
        exponent = self.on_bits("lshr", moved, self.integer(52))
        k = self.sub(
            self.from_bits(self.on_bits("or", exponent, self.integer(_TWO_52_BITS))),
            self.number(_TWO_52 + 1023),
        )
        k = self.select(small, self.sub(k, self.number(54.0)), k)
        m = self.from_bits(
            self.on_bits(
                "add",
                self.on_bits("and", moved, self.integer(_MANTISSA)),
                self.integer(_ROOT_HALF_BITS),
            )
        )
        one = self.number(1.0)
        # s = (m - 1) / (m + 1), in two parts
        f = self.sub(m, one)
        below = self.add(m, one)
        back = self.sub(below, m)
        below_rest = self.add(self.sub(m, self.sub(below, back)), self.sub(one, back))
        inverse = self.op("fdiv", one, below)
        s = self.mul(f, inverse)
        missed = self.fma(self.negate(s), below, f)
        missed = self.fma(self.negate(s), below_rest, missed)
        s_rest = self.mul(missed, inverse)
        # 2/3 s**3, in two parts
        z = self.mul(s, s)
        twice = self.add(s, s)
        z_rest = self.fma(twice, s_rest, self.fma(s, s, self.negate(z)))
        cube = self.mul(z, s)
        cube_rest = self.fma(z_rest, s, self.fma(z, s_rest, self.fma(z, s, self.negate(cube))))
        term, term_rest = self.scaled(cube, cube_rest, _TWO_THIRDS)
        tail = self.mul(self.mul(cube, z), self.polynomial(_LN, z))
        # all of it, the large parts first
        whole = self.mul(k, self.number(_LN2[0]))
        first = self.add(whole, twice)
        lost = self.sub(twice, self.sub(first, whole))
        second = self.add(first, term)
        lost = self.add(lost, self.sub(term, self.sub(second, first)))
        rest = self.fma(k, self.number(_LN2[1]), self.add(tail, term_rest))
        rest = self.add(self.fma(self.number(2.0), s_rest, rest), lost)
        high = self.add(second, rest)
        return high, self.sub(rest, self.sub(high, second))

    def scaled(self, high: str, low: str, by: tuple[float, float]) -> tuple[str, str]:
        product = self.mul(high, self.number(by[0]))
        rest = self.fma(high, self.number(by[0]), self.negate(product))
        rest = self.fma(high, self.number(by[1]), rest)
        return product, self.fma(low, self.number(by[0]), rest)

    def where_positive(self, x: str, result: str) -> str:
        """The result for a finite x above zero; elsewhere no number."""
        good = self.compare("ogt", x, self.number(0.0))
        finite = self.compare("olt", x, self.number(float("inf")))
        both = self.write(f"and {self.flags} {good}, {finite}")
        return self.select(both, result, self.number(float("nan")))

    def exp(self, x: str) -> str:
        return self.exp_of(x)

    def ln(self, x: str) -> str:
        return self.where_positive(x, self.ln_of(x)[0])

    def log10(self, x: str) -> str:
        product, rest = self.scaled(*self.ln_of(x), _LOG10E)
        return self.where_positive(x, self.add(product, rest))

    def pow(self, x: str, y: str) -> str:
        nothing, one = self.number(0.0), self.number(1.0)
        size = self.intrinsic("fabs", x)
        high, low = self.ln_of(size)
        product = self.mul(y, high)
        rest = self.fma(y, low, self.fma(y, high, self.negate(product)))
        # Far out, where the product has no end, its rest is no number.
        near = self.compare("olt", self.intrinsic("fabs", product), self.number(1000.0))
        result = self.exp_of(product, self.select(near, rest, nothing))
        of_nothing = self.select(
            self.compare("ogt", y, nothing),
            nothing,
            self.select(self.compare("oeq", y, nothing), one, self.number(float("inf"))),
        )
        result = self.select(self.compare("oeq", x, nothing), of_nothing, result)
        # A negative base: a whole exponent gives a sign, any other no number.
        half = self.mul(y, self.number(0.5))
        even = self.compare("oeq", self.intrinsic("floor", half), half)
        whole = self.compare("oeq", self.intrinsic("floor", y), y)
        signed = self.select(even, result, self.negate(result))
        signed = self.select(whole, signed, self.number(float("nan")))
        return self.select(self.compare("olt", x, nothing), signed, result)


def float_bits(value: float) -> str:
    """A number as LLVM wants it: the bits in hexadecimal."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def _vector(kind: str, width: int) -> str:
    return kind if width == 1 else f"<{width} x {kind}>"


# The functions written here, and how many arguments each takes.
FUNCTIONS: dict[str, tuple[Callable[..., str], int]] = {
    "exp": (Lanes.exp, 1),
    "ln": (Lanes.ln, 1),
    "log10": (Lanes.log10, 1),
    "pow": (Lanes.pow, 2),
}


def function_text(name: str, width: int, *, inline: bool = True) -> str:
    """One function as IR, taken in where it is called or standing once for all calls."""
    lines: list[str] = []
    lanes = Lanes(width, lines)
    write, count = FUNCTIONS[name]
    args = [f"%a{i}" for i in range(count)]
    result = write(lanes, *args)
    listed = ", ".join(f"{lanes.floats} {arg}" for arg in args)
    how = "alwaysinline" if inline else "noinline"
    return "\n".join(
        [
            f"define internal {lanes.floats} @fw_{name}({listed}) {how} {{",
            *lines,
            f"  ret {lanes.floats} {result}",
            "}",
        ]
    )
