using System.Numerics;

namespace Plumbline.Rewards.Arithmetic;

/// <summary>
/// An exact fraction in lowest terms with a positive denominator. Results whose numerator or denominator would pass <see cref="MaxBits"/> do not exist, which bounds
/// the work that an expression can ask for.
/// </summary>
internal readonly record struct Rational
{
    /// <summary>The most bits of numerator and denominator: about 4,900 decimal digits.</summary>
    public const int MaxBits = 16_384;

    private const int MaxExponent = 1_024;

    private Rational(BigInteger numerator, BigInteger denominator)
    {
        Numerator = numerator;
        Denominator = denominator;
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    /// <summary>The fraction; null where the denominator is 0 or the fraction is out of bounds.</summary>
    public static Rational? Of(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            return null;
        }

        var common = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        var reduced = new Rational(numerator / common, denominator / common);
        return reduced.Bits > MaxBits ? null : reduced;
    }

    public static Rational? Add(Rational left, Rational right) =>
        Of((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator), left.Denominator * right.Denominator);

    public static Rational? Multiply(Rational left, Rational right) =>
        Of(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    /// <summary>Null where <paramref name="right"/> is 0.</summary>
    public static Rational? Divide(Rational left, Rational right) =>
        Of(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    /// <summary>A whole power, 0⁰ being 1; null where the exponent is no whole number in ±1,024, or 0 is raised to a negative one.</summary>
    public static Rational? Power(Rational value, Rational exponent)
    {
        if (!exponent.Denominator.IsOne || BigInteger.Abs(exponent.Numerator) > MaxExponent)
        {
            return null;
        }

        var times = (int)exponent.Numerator;
        // A power of ±1 has one bit however large the exponent; a result of n bits comes from no less than (b − 1)·e of them.
        if ((value.Bits - 1) * Math.Abs(times) > MaxBits)
        {
            return null;
        }

        var numerator = BigInteger.Pow(value.Numerator, Math.Abs(times));
        var denominator = BigInteger.Pow(value.Denominator, Math.Abs(times));
        return times >= 0 ? Of(numerator, denominator) : Of(denominator, numerator);
    }

    public static Rational operator -(Rational value) => new(-value.Numerator, value.Denominator);

    /// <summary>Whether |this − expected| ≤ tolerance·|expected|, exactly.</summary>
    public bool IsWithin(Rational tolerance, Rational expected)
    {
        var difference = BigInteger.Abs((Numerator * expected.Denominator) - (expected.Numerator * Denominator));
        return difference * tolerance.Denominator <= tolerance.Numerator * BigInteger.Abs(expected.Numerator) * Denominator;
    }

    private long Bits => Math.Max(BigInteger.Abs(Numerator).GetBitLength(), Denominator.GetBitLength());
}
