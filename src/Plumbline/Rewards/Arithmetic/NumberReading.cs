namespace Plumbline.Rewards.Arithmetic;

/// <summary>A number found in a text.</summary>
/// <param name="Value">What stands there, a percent sign aside.</param>
/// <param name="IsPercent">Whether a percent sign or the word follows.</param>
internal readonly record struct NumberReading(Rational Value, bool IsPercent)
{
    private static readonly Rational Hundredth = Rational.Of(1, 100)!.Value;

    /// <summary>
    /// Whether this is as good as the expected number: 50 % answers 50 as well as 1/2, and either of them answers 50 %. Where both are percentages there is only one
    /// way to read them.
    /// </summary>
    public bool Answers(NumberReading expected, Rational tolerance)
    {
        if (Value.IsWithin(tolerance, expected.Value))
        {
            return true;
        }

        return IsPercent != expected.IsPercent
            && (IsPercent ? AsShare() : Value) is { } value
            && (expected.IsPercent ? expected.AsShare() : expected.Value) is { } wanted
            && value.IsWithin(tolerance, wanted);
    }

    private Rational? AsShare() => Rational.Multiply(Value, Hundredth);
}
