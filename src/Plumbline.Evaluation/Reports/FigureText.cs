using System.Globalization;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Evaluation.Reports;

/// <summary>How numbers are written in a report.</summary>
internal static class FigureText
{
    private const string Unknown = "not known";

    /// <summary>The value with its unit.</summary>
    public static string Value(double value, FigureFormat format) =>
        !double.IsFinite(value) ? Unknown
        : format == FigureFormat.Percent ? Percent(value) + "\u00A0%"
        : Number(value);

    /// <summary>The interval in words; empty where there is none.</summary>
    public static string Interval(Interval? interval, FigureFormat format)
    {
        if (interval is not { } known)
        {
            return string.Empty;
        }

        var confidence = (known.Confidence * 100).ToString("0.##", CultureInfo.InvariantCulture) + "\u00A0% interval";
        if (!double.IsFinite(known.Low) || !double.IsFinite(known.High))
        {
            return $"{confidence} {Unknown}";
        }

        return format == FigureFormat.Percent
            ? $"{confidence} {Percent(known.Low)} to {Percent(known.High)}\u00A0%"
            : $"{confidence} {Number(known.Low)} to {Number(known.High)}";
    }

    /// <summary>The amount of a change, without its sign.</summary>
    public static string Change(double value, FigureFormat format) =>
        format == FigureFormat.Percent ? Percent(Math.Abs(value)) + " points" : Number(Math.Abs(value));

    /// <summary>Four significant digits, or exponents for what is very large or very small.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return Unknown;
        }

        var size = Math.Abs(value);
        if (size != 0 && size is < 1e-4 or >= 1e9)
        {
            return value.ToString("0.###e0", CultureInfo.InvariantCulture).Replace('-', '\u2212');
        }

        var decimals = size == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 8);
        var text = Math.Round(value, decimals).ToString(size >= 1e4 ? "#,##0" : "0.########", CultureInfo.InvariantCulture);
        return text.Replace(',', '\u202F').Replace('-', '\u2212');
    }

    /// <summary>The ticks of an axis, short and all in the same unit.</summary>
    public static string[] Ticks(IReadOnlyList<double> ticks, FigureFormat format)
    {
        var largest = ticks.Max(Math.Abs);
        var (scale, unit) =
            format == FigureFormat.Percent ? (0.01, string.Empty)
            : largest is >= 1e6 and < 1e9 ? (1e6, "M")
            : largest is >= 1e4 and < 1e6 ? (1e3, "k")
            : (1, string.Empty);
        return [.. ticks.Select(tick => tick == 0 ? "0" : Number(tick / scale) + unit)];
    }

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture).Replace('-', '\u2212');
}
