using System.Globalization;

namespace Plumbline.Cli.Progress;

/// <summary>How progress is put into words.</summary>
internal static class ProgressText
{
    /// <summary>A duration to two units: <c>1 h 5 min</c>, <c>42 s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3600 => $"{seconds / 60} min {seconds % 60} s",
            < 86400 => $"{seconds / 3600} h {seconds % 3600 / 60} min",
            _ => $"{seconds / 86400} d {seconds % 86400 / 3600} h",
        };
    }

    /// <summary>A rate with a thousands prefix: <c>3.41k tokens/s</c>.</summary>
    public static string Rate(double perSecond, string unit)
    {
        var (scaled, prefix) =
            perSecond >= 1e9 ? (perSecond / 1e9, "G")
            : perSecond >= 1e6 ? (perSecond / 1e6, "M")
            : perSecond >= 1e3 ? (perSecond / 1e3, "k")
            : (perSecond, string.Empty);
        return $"{scaled.ToString("G3", CultureInfo.InvariantCulture)}{prefix} {unit}/s";
    }

    /// <summary>A live value to four digits.</summary>
    public static string Value(KeyValuePair<string, double> value) =>
        $"{value.Key} {value.Value.ToString("G4", CultureInfo.InvariantCulture)}";

    /// <summary>The share done, rounded down: 100 means done. Null where the total is not known.</summary>
    public static int? Percent(long done, long? total) =>
        total is > 0 ? (int)(Math.Clamp(done, 0, total.Value) * 100.0 / total.Value) : null;
}
