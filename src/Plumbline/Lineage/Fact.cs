using System.Globalization;

namespace Plumbline.Lineage;

/// <summary>What is said of an artifact under one name: a text or a number. Converts from both.</summary>
public readonly record struct Fact
{
    private readonly string? text;

    private Fact(string text, bool isNumber) => (this.text, IsNumber) = (text, isNumber);

    /// <summary>The text, or the number's digits as they stand in the file.</summary>
    public string Text => text ?? string.Empty;

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber { get; }

    /// <summary>A text.</summary>
    public static implicit operator Fact(string text) => new(text, isNumber: false);

    /// <summary>A whole number.</summary>
    public static implicit operator Fact(long number) => new(number.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <summary>A whole number of 64 bits without a sign, such as a seed.</summary>
    public static implicit operator Fact(ulong number) => new(number.ToString(CultureInfo.InvariantCulture), isNumber: true);

    /// <summary>A finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is NaN or infinite.</exception>
    public static implicit operator Fact(double number) =>
        double.IsFinite(number)
            ? new(number.ToString("R", CultureInfo.InvariantCulture), isNumber: true)
            : throw new ArgumentOutOfRangeException(nameof(number), number, "A fact is a finite number.");

    /// <summary>The digits that a file holds.</summary>
    internal static Fact OfDigits(string digits) => new(digits, isNumber: true);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
