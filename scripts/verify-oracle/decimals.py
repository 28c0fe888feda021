"""Decimals: all their digits count, as in PostgreSQL."""

from decimal import ROUND_HALF_UP, Context, Decimal, setcontext

WIDE = Context(prec=4000, rounding=ROUND_HALF_UP, Emax=10**6, Emin=-(10**6))
# Operators would round to 28 digits.
setcontext(WIDE)


def decimal_of(text: str) -> Decimal:
    """A decimal with its digits after the point; a positive exponent is written out, zero has no sign."""
    value = Decimal(text)
    if value.as_tuple().exponent > 0:
        value = WIDE.quantize(value, Decimal(1))
    return value.copy_abs() if value.is_zero() else value


def decimal_arithmetic(name: str, left: Decimal, right: Decimal) -> Decimal | None:
    if name in ("dividedBy", "modulo") and right.is_zero():
        return None
    match name:
        case "plus":
            result = WIDE.add(left, right)
        case "minus":
            result = WIDE.subtract(left, right)
        case "times":
            result = WIDE.multiply(left, right)
        case "modulo":
            scale = max(-left.as_tuple().exponent, -right.as_tuple().exponent)
            result = WIDE.quantize(WIDE.remainder(left, right), Decimal(1).scaleb(-scale))
        case _:
            result = WIDE.quantize(WIDE.divide(left, right), Decimal(1).scaleb(-quotient_scale(left, right)))
    return result.copy_abs() if result.is_zero() else result


def quotient_scale(left: Decimal, right: Decimal) -> int:
    """The digits after the point of a quotient in PostgreSQL: at least 16 significant ones, in groups of four."""
    (weight, first), (other, divisor) = leading_group(left), leading_group(right)
    weight = weight - other - (1 if first <= divisor else 0)
    return min(max(16 - weight * 4, -left.as_tuple().exponent, -right.as_tuple().exponent, 0), 1000)


def leading_group(value: Decimal) -> tuple[int, int]:
    """The first group of four digits, counted from the point, and its weight."""
    if value.is_zero():
        return 0, 0
    weight = value.adjusted() // 4
    return weight, int(abs(value).scaleb(-weight * 4))
