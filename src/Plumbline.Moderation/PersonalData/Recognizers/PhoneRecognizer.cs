using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds telephone numbers: international ones by E.164, national ones where a word, a region of the options or North American brackets and hyphens make them sure.</summary>
[SkipLocalsInit]
internal static class PhoneRecognizer
{
    private const int MostDigits = 15;
    private const int MostGroups = 8;
    private const int WordBefore = 32;
    private const int WordAfter = 4;

    /// <summary>Looks for one that begins with the digits at a place.</summary>
    internal static void Begin(ref TextScan scan, int start)
    {
        if (scan.Plan.Phone is not { } slot || GoesOnBefore(scan.Text, start))
        {
            return;
        }

        Span<char> digits = stackalloc char[MostDigits];
        Span<PhoneGroup> groups = stackalloc PhoneGroup[MostGroups];
        var number = new PhoneNumber(digits, groups);
        number.Read(scan.Text, start);
        scan.Work += number.End - start;
        var plus = Plus(scan.Text, start);

        // Groups in the middle of a longer number are none, unless they are written as telephone numbers alone are.
        var follows = start > 1 && Characters.Separator(scan.Text[start - 1]) == ' ' && Characters.IsDigit(scan.Text[start - 2]);
        if (plus >= 0)
        {
            International(ref scan, slot, number, plus, skip: 0);
        }
        else if (!follows && number.Digits.StartsWith("00") && number.Digits.Length >= 10 && !number.Digits.StartsWith("000"))
        {
            International(ref scan, slot, number, start, skip: 2);
        }
        else if (number.Digits.Length >= 7)
        {
            National(ref scan, slot, number, start, follows);
        }
    }

    private static void International(ref TextScan scan, RuleSlot slot, scoped PhoneNumber number, int start, int skip)
    {
        if (PhoneCountries.Of(number.Digits[Math.Min(skip, number.Digits.Length)..]) is not { } country)
        {
            return;
        }

        // The longest that ends where a group does.
        for (var groups = number.Count; groups > 0; groups--)
        {
            var group = number.Groups[groups - 1];
            var national = number.Digits[..group.Digits][Math.Min(group.Digits, skip + country.CodeLength)..];
            if (national.Length < country.Least || national.Length > country.Most || EndsWithin(scan.Text, group.End))
            {
                continue;
            }

            if (country.Code == 1 && !PhoneCountries.IsNorthAmerican(national))
            {
                return;
            }

            var name = country.Code == 1 ? PhoneCountries.NorthAmerican(national) : country.Country;
            var form = skip == 0 || groups > 1 ? PersonalDataConfidence.Own : PersonalDataConfidence.Plain;
            Add(ref scan, slot, name, start, group.End, form);
            return;
        }
    }

    private static void National(ref TextScan scan, RuleSlot slot, scoped PhoneNumber number, int start, bool follows)
    {
        var open = start > 0 && scan.Text[start - 1] is '(' or '\uFF08';
        var from = open ? start - 1 : start;
        for (var groups = number.Count; groups > 0; groups--)
        {
            var group = number.Groups[groups - 1];
            var digits = number.Digits[..group.Digits];
            if (digits.Length < 7 || EndsWithin(scan.Text, group.End))
            {
                continue;
            }

            if (groups is 3 or 4 && IsNorthAmericanForm(number, groups, open))
            {
                var national = digits[^10..];
                Add(ref scan, slot, PhoneCountries.NorthAmerican(national), from, group.End, PersonalDataConfidence.Own);
                return;
            }

            if (follows)
            {
                continue;
            }

            foreach (var region in scan.Plan.PhoneRegions)
            {
                if (NationalPhonePlans.IsNumber(region, digits) && !IsYears(number, groups))
                {
                    Add(ref scan, slot, region, from, group.End, PersonalDataConfidence.Own);
                    return;
                }
            }

            var near = !IsYears(number, groups) && scan.IsNear(slot.Group, start, group.End, WordBefore, WordAfter);
            if (near && (NationalPhonePlans.IsNumber(digits) || groups > 1))
            {
                Add(ref scan, slot, null, from, group.End, PersonalDataConfidence.Plain);
                return;
            }
        }
    }

    private static void Add(ref TextScan scan, RuleSlot slot, string? country, int start, int end, double form)
    {
        var near = scan.IsNear(slot.Group, start, end, WordBefore, WordAfter) ? PersonalDataConfidence.Near : 0;
        scan.Add(slot.Rule, country, start, end, PersonalDataConfidence.Of(slot.Rule.Chance, form, near));
    }

    // 212-555-0123, 212.555.0123, (212) 555-0123, 1-212-555-0123.
    private static bool IsNorthAmericanForm(PhoneNumber number, int groups, bool open)
    {
        var first = groups - 3;
        var digits = number.Digits[..number.Groups[groups - 1].Digits];
        var leading = first == 0 || (number.Groups[0].Digits == 1 && digits[0] == '1');
        var before = first == 0 ? 0 : 1;
        return leading
            && number.Groups[first].Digits - before == 3
            && number.Groups[first + 1].Digits - before == 6
            && digits.Length - before == 10
            && PhoneCountries.IsNorthAmerican(digits[before..])
            && number.Groups[first + 1].Separator is '-' or '.' or ' '
            && (
                open
                    ? number.Groups[first].Separator == ')'
                    : number.Groups[first].Separator is '-' or '.' && number.Groups[first + 1].Separator != ' '
            );
    }

    // "2019-2023" after "call" is no number.
    private static bool IsYears(PhoneNumber number, int groups)
    {
        for (var i = 0; i < groups; i++)
        {
            var before = i == 0 ? 0 : number.Groups[i - 1].Digits;
            var group = number.Digits[before..number.Groups[i].Digits];
            if (group.Length != 4 || !(group.StartsWith("19") || group.StartsWith("20")))
            {
                return IsDate(number, groups);
            }
        }

        return true;
    }

    // 2024-05-17 and 17.05.2024.
    private static bool IsDate(PhoneNumber number, int groups)
    {
        if (groups != 3 || number.Groups[2].Digits != 8)
        {
            return false;
        }

        var (first, second) = (number.Groups[0].Digits, number.Groups[1].Digits);
        var year = first == 4 ? number.Digits[..4] : number.Digits[4..8];
        return ((first == 4 && second == 6) || (first == 2 && second == 4)) && (year.StartsWith("19") || year.StartsWith("20"));
    }

    private static bool GoesOnBefore(ReadOnlySpan<char> text, int start)
    {
        if (start == 0)
        {
            return false;
        }

        var further = start > 1 ? text[start - 2] : ' ';
        return text[start - 1] switch
        {
            '_' or '$' or '€' or '£' or '#' or '@' or '\\' => true,
            '-' or '/' or '=' or '~' => Characters.IsGroup(further) || further == '-',
            '.' or ',' or ':' => Characters.IsDigit(further),
            _ => false,
        };
    }

    private static bool EndsWithin(ReadOnlySpan<char> text, int end)
    {
        if (end == text.Length)
        {
            return false;
        }

        var further = end + 1 < text.Length ? text[end + 1] : ' ';
        return text[end] is '_' or '@' or '%' or '€' or '$'
            || char.IsAsciiLetter(text[end])
            || (text[end] is ',' or ':' or '.' or '/' or '-' && Characters.IsDigit(further));
    }

    /// <summary>Where the plus sign stands that begins a number, or the bracket before it; −1 for none.</summary>
    private static int Plus(ReadOnlySpan<char> text, int start)
    {
        var at = start - 1;
        if (at >= 0 && text[at] is '+' or '\uFF0B')
        {
            return at > 0 && Characters.IsGroup(text[at - 1]) ? -1
                : at > 0 && text[at - 1] == '(' ? at - 1
                : at;
        }

        return -1;
    }
}
