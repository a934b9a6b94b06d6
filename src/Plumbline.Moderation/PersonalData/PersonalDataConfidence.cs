namespace Plumbline.Moderation.PersonalData;

/// <summary>How sure a match is: what its check says, how it is written, and what stands near it, as independent reasons.</summary>
/// <remarks>
/// confidence = 1 − (1 − c)(1 − f)(1 − x).
/// c = min(.95, log10(1/p) / 5), where p is the share of random strings of the same shape that pass the rule's checks: a check digit gives .2, two of them .4.
/// f says how it is written: <see cref="Plain"/>, <see cref="Narrow"/>, <see cref="Grouped"/> or <see cref="Own"/>.
/// x is <see cref="Near"/> where a word of the rule's own stands near, <see cref="NearAny"/> where only a word for identity numbers of any country does, 0 otherwise.
/// Where no word of the rule's own is near, but one of another rule of the same shape, or one such as "order" or "version" before it, the result is halved.
/// With the least confidence of .55 a number without separators and without such a word must pass checks that fewer than one in 500 random numbers pass.
/// </remarks>
public static class PersonalDataConfidence
{
    /// <summary>What is reported unless options say otherwise.</summary>
    public const double Least = 0.55;

    /// <summary>f of a run of digits as any number has it.</summary>
    public const double Plain = 0;

    /// <summary>f of a shape that few other things have: letters among digits, or a run as long as a card's number.</summary>
    public const double Narrow = 0.4;

    /// <summary>f of groups set apart by spaces, as the country writes it.</summary>
    public const double Grouped = 0.5;

    /// <summary>f of separators that are the country's own.</summary>
    public const double Own = 0.6;

    /// <summary>x where a word of the rule's own stands near.</summary>
    public const double Near = 0.8;

    /// <summary>x where only a word for identity numbers of any country stands near.</summary>
    public const double NearAny = 0.5;

    /// <summary>The confidence of a match.</summary>
    /// <param name="chance">p, in (0, 1].</param>
    /// <param name="form">f.</param>
    /// <param name="context">x.</param>
    public static double Of(double chance, double form, double context) =>
        1 - ((1 - Math.Min(0.95, -Math.Log10(chance) / 5)) * (1 - form) * (1 - context));
}
