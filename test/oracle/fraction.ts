// test/oracle/fraction.ts - exact fractions of whole numbers. Nothing is rounded unless `floor` is asked for.

/** A fraction in lowest terms; the bottom is positive. */
export class Fraction {
  readonly top: bigint;
  readonly bottom: bigint;

  constructor(top: bigint, bottom = 1n) {
    if (bottom === 0n) throw new Error('nothing is divided by zero');
    const [size, below] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
    let [a, b] = [size, below];
    while (b !== 0n) [a, b] = [b, a % b];
    const common = a === 0n ? 1n : a;
    this.top = (bottom < 0n ? -top : top) / common;
    this.bottom = below / common;
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }

  minus(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom - other.top * this.bottom, this.bottom * other.bottom);
  }

  times(other: Fraction): Fraction {
    return new Fraction(this.top * other.top, this.bottom * other.bottom);
  }

  over(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom, this.bottom * other.top);
  }

  /** -1, 0 or 1. */
  compare(other: Fraction): number {
    const difference = this.top * other.bottom - other.top * this.bottom;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The largest whole number not above it. */
  floor(): bigint {
    const rest = ((this.top % this.bottom) + this.bottom) % this.bottom;
    return (this.top - rest) / this.bottom;
  }
}

/** A whole number as a fraction. */
export const whole = (value: bigint | number): Fraction => new Fraction(BigInt(value));
/** A decimal such as '0.9'. */
export function decimal(text: string): Fraction {
  const [left = '0', right = ''] = text.split('.');
  return new Fraction(BigInt(left + right), 10n ** BigInt(right.length));
}
