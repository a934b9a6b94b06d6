using Plumbline.Moderation.PersonalData.Rules;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds dates near a word for birth: in digits, with the month's name before or after the day, or with 年月日.</summary>
internal static class BirthDateRecognizer
{
    private const int WordBefore = 40;
    private const int WordAfter = 12;
    private const int LongestMonth = 12;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Months = Names().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Looks for one that begins with the digits at a place, or with the month before them.</summary>
    internal static void Begin(ref TextScan scan, int start, int end)
    {
        if (scan.Plan.BirthDate is not { } slot || end - start > 4 || (end - start == 3))
        {
            return;
        }

        var from = start;
        var to = InDigits(scan.Text, start, end);
        if (to < 0 && end - start <= 2)
        {
            to = DayFirst(scan.Text, start, end);
            if (to < 0)
            {
                (from, to) = MonthFirst(scan.Text, start, end);
            }
        }

        if (to >= 0 && scan.IsNear(slot.Group, from, to, WordBefore, WordAfter))
        {
            scan.Add(slot.Rule, null, from, to, PersonalDataConfidence.Of(slot.Rule.Chance, 0, PersonalDataConfidence.Near));
        }
    }

    private static int InDigits(ReadOnlySpan<char> text, int start, int end)
    {
        Span<int> parts = stackalloc int[3];
        Span<int> lengths = stackalloc int[3];
        var (at, separator) = (start, '\0');
        for (var part = 0; part < 3; part++)
        {
            var first = at;
            while (at < text.Length && at - first < 5 && Characters.Digit(text[at]) is >= 0 and var digit)
            {
                parts[part] = (parts[part] * 10) + digit;
                at++;
            }

            lengths[part] = at - first;
            if (lengths[part] is 0 or 3 or > 4)
            {
                return -1;
            }

            if (part < 2 && !ReadSeparator(text, ref at, ref separator))
            {
                return -1;
            }
        }

        at += at < text.Length && text[at] is '日' or '일' ? 1 : 0;
        var valid =
            lengths[0] == 4
                ? IsYear(parts[0]) && Checksums.IsDay(parts[1], parts[2])
                : lengths[0] <= 2
                    && (lengths[2] == 2 || IsYear(parts[2]))
                    && (Checksums.IsDay(parts[1], parts[0]) || Checksums.IsDay(parts[0], parts[1]));
        return valid && (at == text.Length || !Characters.IsGroup(text[at])) ? at : -1;
    }

    private static bool ReadSeparator(ReadOnlySpan<char> text, ref int at, ref char separator)
    {
        if (at >= text.Length)
        {
            return false;
        }

        var next = text[at] is '年' or '月' or '년' or '월' ? '年' : Characters.Separator(text[at]);
        if (next is not ('年' or '-' or '.' or '/') || (separator != '\0' && separator != next))
        {
            return false;
        }

        separator = next;
        at++;
        at += at < text.Length && text[at] == ' ' ? 1 : 0;
        return true;
    }

    // 12 March 1985, 12. März 1985, 12 de marzo de 1985, 3rd of May 1980.
    private static int DayFirst(ReadOnlySpan<char> text, int start, int end)
    {
        var at = Skip(text, end, ["st", "nd", "rd", "th", ".", "º", "er", "-"]);
        at = Skip(text, Spaces(text, at), ["of ", "de ", "di "]);
        var month = Word(text, at);
        if (!IsMonth(text[at..month]) || Number(text, start, end) is 0 or > 31)
        {
            return -1;
        }

        at = Skip(text, month, [".", ",", "-"]);
        at = Skip(text, Spaces(text, at), ["de ", "del ", "do "]);
        return Year(text, at);
    }

    // March 12, 1985.
    private static (int From, int To) MonthFirst(ReadOnlySpan<char> text, int start, int end)
    {
        var at = start;
        while (at > 0 && text[at - 1] is ' ' or '.' && start - at < 2)
        {
            at--;
        }

        var first = at;
        while (first > 0 && at - first <= LongestMonth && char.IsLetter(text[first - 1]))
        {
            first--;
        }

        if (at == start || !IsMonth(text[first..at]) || Number(text, start, end) is 0 or > 31)
        {
            return (start, -1);
        }

        var after = Skip(text, end, ["st", "nd", "rd", "th"]);
        return (first, Year(text, Spaces(text, Skip(text, after, [","]))));
    }

    private static int Year(ReadOnlySpan<char> text, int at)
    {
        var year = 0;
        for (var i = at; i < at + 4; i++)
        {
            if (i >= text.Length || Characters.Digit(text[i]) is not (>= 0 and var digit))
            {
                return -1;
            }

            year = (year * 10) + digit;
        }

        return IsYear(year) && (at + 4 == text.Length || !Characters.IsGroup(text[at + 4])) ? at + 4 : -1;
    }

    private static int Number(ReadOnlySpan<char> text, int start, int end)
    {
        var value = 0;
        for (var i = start; i < end; i++)
        {
            value = (value * 10) + Characters.Digit(text[i]);
        }

        return value;
    }

    private static int Spaces(ReadOnlySpan<char> text, int at) =>
        at < text.Length && Characters.Separator(text[at]) is ' ' or '\n' ? at + 1 : at;

    private static int Skip(ReadOnlySpan<char> text, int at, ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text[at..].StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return at + word.Length;
            }
        }

        return at;
    }

    private static int Word(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && end - at <= LongestMonth && char.IsLetter(text[end]))
        {
            end++;
        }

        return end;
    }

    private static bool IsMonth(ReadOnlySpan<char> word) => word.Length is >= 3 and <= LongestMonth && Months.Contains(word);

    private static bool IsYear(int year) => year is >= 1900 and <= 2099;

    private static HashSet<string> Names() =>
        new(
            CommonWords.Split(
                "january, february, march, april, may, june, july, august, september, october, november, december, jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec, "
                    + "januar, februar, märz, mai, juni, juli, oktober, dezember, jänner, janvier, février, mars, avril, juin, juillet, août, septembre, octobre, novembre, décembre, "
                    + "enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre, gennaio, febbraio, aprile, maggio, giugno, luglio, settembre, "
                    + "ottobre, dicembre, janeiro, fevereiro, março, maio, junho, julho, setembro, outubro, novembro, dezembro, januari, februari, maart, mei, augustus, stycznia, lutego, "
                    + "marca, kwietnia, maja, czerwca, lipca, sierpnia, września, października, listopada, grudnia, января, февраля, марта, апреля, мая, июня, июля, августа, сентября, "
                    + "октября, ноября, декабря, ocak, şubat, mart, nisan, mayıs, haziran, temmuz, ağustos, eylül, ekim, kasım, aralık, maj, augusti, desember"
            ),
            StringComparer.OrdinalIgnoreCase
        );
}
