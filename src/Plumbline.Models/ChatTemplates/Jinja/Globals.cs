using System.Globalization;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>The functions every chat template can call.</summary>
internal static class Globals
{
    // The bound of Jinja's sandbox.
    private const long LongestRange = 100_000;

    /// <summary>Adds the functions to a scope.</summary>
    /// <param name="scope">The outermost scope.</param>
    /// <param name="time">The clock of <c>strftime_now</c>; without one templates do not see that function.</param>
    public static void AddTo(Scope scope, TimeProvider? time)
    {
        Add("raise_exception", call => throw call.Error($"The template refuses the conversation: {call.Text(0, "message").Text}"));
        Add("range", Range);
        Add("namespace", call => Fill(new TemplateMap(isNamespace: true), call));
        Add("dict", call => Fill(new TemplateMap(), call));
        if (time is not null)
        {
            Add("strftime_now", call => MarkedText.Trusted(FormatTime(time.GetLocalNow(), call.Text(0, "format").Text)));
        }

        void Add(string name, Func<CallArguments, object?> call) => scope.Set(name, new TemplateFunction(name, call));
    }

    /// <summary>A moment in the format of C's <c>strftime</c>, in English.</summary>
    public static string FormatTime(DateTimeOffset moment, string format)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            // %-d and its like leave the leading zero out.
            var plain = format[++i] == '-' && i + 1 < format.Length;
            var part = Part(moment, format[plain ? ++i : i]);
            text.Append(
                plain && part.Length > 1
                    ? part.TrimStart('0') is { Length: > 0 } rest
                        ? rest
                        : "0"
                    : part
            );
        }

        return text.ToString();
    }

    private static string Part(DateTimeOffset moment, char code) =>
        code switch
        {
            'Y' => moment.ToString("yyyy", CultureInfo.InvariantCulture),
            'y' => moment.ToString("yy", CultureInfo.InvariantCulture),
            'm' => moment.ToString("MM", CultureInfo.InvariantCulture),
            'd' => moment.ToString("dd", CultureInfo.InvariantCulture),
            'e' => moment.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'B' => moment.ToString("MMMM", CultureInfo.InvariantCulture),
            'b' or 'h' => moment.ToString("MMM", CultureInfo.InvariantCulture),
            'A' => moment.ToString("dddd", CultureInfo.InvariantCulture),
            'a' => moment.ToString("ddd", CultureInfo.InvariantCulture),
            'H' => moment.ToString("HH", CultureInfo.InvariantCulture),
            'I' => moment.ToString("hh", CultureInfo.InvariantCulture),
            'M' => moment.ToString("mm", CultureInfo.InvariantCulture),
            'S' => moment.ToString("ss", CultureInfo.InvariantCulture),
            'p' => moment.ToString("tt", CultureInfo.InvariantCulture),
            'j' => moment.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'w' => ((int)moment.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'U' => Week(moment, DayOfWeek.Sunday),
            'W' => Week(moment, DayOfWeek.Monday),
            'u' => (moment.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)moment.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'V' => ISOWeek.GetWeekOfYear(moment.DateTime).ToString("00", CultureInfo.InvariantCulture),
            'G' => ISOWeek.GetYear(moment.DateTime).ToString("0000", CultureInfo.InvariantCulture),
            'C' => (moment.Year / 100).ToString("00", CultureInfo.InvariantCulture),
            'f' => moment.ToString("ffffff", CultureInfo.InvariantCulture),
            's' => moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'k' => moment.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'l' => (((moment.Hour + 11) % 12) + 1).ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'R' => moment.ToString("HH:mm", CultureInfo.InvariantCulture),
            'c' => moment.ToString("ddd MMM ", CultureInfo.InvariantCulture)
                + Part(moment, 'e')
                + moment.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture),
            'n' => "\n",
            't' => "\t",
            // Python's clock without a time zone leaves both empty.
            'Z' or 'z' => string.Empty,
            'F' => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            'T' or 'X' => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            'D' or 'x' => moment.ToString("MM/dd/yy", CultureInfo.InvariantCulture),
            '%' => "%",
            _ => "%" + code,
        };

    // Weeks that begin with the given day; the days before the first one are week 0.
    private static string Week(DateTimeOffset moment, DayOfWeek first) =>
        ((moment.DayOfYear + 6 - (((int)moment.DayOfWeek - (int)first + 7) % 7)) / 7).ToString("00", CultureInfo.InvariantCulture);

    private static TemplateList Range(CallArguments call)
    {
        var single = call.Positional.Count < 2;
        var start = single ? 0 : call.Integer(0, "start", 0);
        var stop = call.Integer(single ? 0 : 1, "stop", 0);
        var step = call.Integer(2, "step", 1);
        if (step == 0)
        {
            throw call.Error("The step of range must not be 0.");
        }

        var count = step > 0 ? Math.Ceiling((stop - (double)start) / step) : Math.Ceiling((start - (double)stop) / -(double)step);
        if (count > LongestRange)
        {
            throw call.Error($"A range has at most {LongestRange} elements.");
        }

        call.Context.Step(call.Line, (long)Math.Max(0, count));
        var items = new List<object?>();
        for (var i = 0; i < count; i++)
        {
            items.Add(start + (i * step));
        }

        return new TemplateList(items);
    }

    private static TemplateMap Fill(TemplateMap map, CallArguments call)
    {
        if (call.Get(0, string.Empty) is TemplateMap { IsNamespace: false } source)
        {
            foreach (var (key, value) in source.Entries)
            {
                map.Entries[key] = value;
            }
        }

        foreach (var (key, value) in call.Named)
        {
            map.Entries[key] = value;
        }

        return map;
    }
}
