using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds the identifiers of <see cref="PersonalDataRule.Forms"/>: groups of letters and digits of a known shape that pass a check.</summary>
[SkipLocalsInit]
internal static class NumberRecognizer
{
    private const int MaxGroups = 10;
    private const int NotPersonalBefore = 32;

    /// <summary>Looks for what begins with the group at a place.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="start">The first character of a group.</param>
    internal static void Begin(ref TextScan scan, int start)
    {
        // A number that was broken at the end of a line reads as one group when the break is left out.
        if (Read(ref scan, start, joinLines: false))
        {
            Read(ref scan, start, joinLines: true);
        }
    }

    /// <returns>Whether a line ended between two characters of it.</returns>
    private static bool Read(ref TextScan scan, int start, bool joinLines)
    {
        Span<char> separators = stackalloc char[MaxGroups];
        Span<NumberEnd> ends = stackalloc NumberEnd[MaxGroups];
        var (node, count, groups, at, broken) = (0, 0, 0, start, false);
        while (groups < MaxGroups)
        {
            var first = count;
            var letters = ReadGroup(ref scan, ref at, ref count, joinLines);
            broken |= at < scan.Text.Length && scan.Text[at] is '\n' or '\r';
            node = scan.Plan.Numbers.Child(node, count - first, letters);
            if (node < 0)
            {
                break;
            }

            ends[groups++] = new NumberEnd(node, count);
            var separator = Characters.ReadSeparator(scan.Text, ref at);
            if (separator == '\0')
            {
                break;
            }

            separators[groups - 1] = separator;
        }

        scan.Work += at - start;
        TryAll(ref scan, ends[..groups], separators);
        return broken;
    }

    // Where there is more than any identifier has, the group is longer than the buffer and so none of a shape.
    private static uint ReadGroup(ref TextScan scan, ref int at, ref int count, bool joinLines)
    {
        var text = scan.Text;
        var letters = 0u;
        while (at < text.Length && Characters.IsGroup(text[at]))
        {
            if (count == NumberTrie.MaxCharacters)
            {
                count++;
                return letters;
            }

            scan.Value[count] = Characters.Canonical(text[at]);
            scan.Places[count] = at;
            letters = (letters << 1) | (char.IsAsciiLetter(text[at]) ? 1u : 0u);
            count++;
            at++;
            if (joinLines && at < text.Length && text[at] is '\n' or '\r')
            {
                var next = at;
                at = Characters.ReadSeparator(text, ref next) == '\n' ? next : at;
            }
        }

        return letters;
    }

    // From the longest on: what is written exactly as a long number is no short one with something behind it.
    private static void TryAll(ref TextScan scan, scoped ReadOnlySpan<NumberEnd> ends, scoped ReadOnlySpan<char> separators)
    {
        for (var groups = ends.Length - 1; groups >= 0; groups--)
        {
            var exact = false;
            var patterns = scan.Plan.Numbers.Patterns(ends[groups].Node);
            foreach (ref readonly var pattern in patterns)
            {
                Try(ref scan, in pattern, patterns, ends[groups].Count, separators[..groups]);
                exact |=
                    groups > 0
                    && pattern.Form == PersonalDataConfidence.Own
                    && pattern.Separators.AsSpan().SequenceEqual(separators[..groups]);
            }

            if (exact)
            {
                return;
            }
        }
    }

    private static void Try(
        ref TextScan scan,
        ref readonly NumberPattern pattern,
        ReadOnlySpan<NumberPattern> alike,
        int count,
        scoped ReadOnlySpan<char> separators
    )
    {
        var form = Form(in pattern, separators, out var open);
        var value = scan.Value[..count];
        if (form < 0 || !pattern.Rule.Passes!(value))
        {
            return;
        }

        var (start, end) = (scan.Places[0], scan.Places[count - 1] + 1);
        if (open && (end == scan.Text.Length || Characters.Separator(scan.Text[end]) != ')'))
        {
            return;
        }

        end = open ? end + 1 : end;
        if (NumberBounds.IsPartOfMore(scan.Text, start, end, separators))
        {
            return;
        }

        if (IsLowerCase(scan.Text[start..end]))
        {
            form = 0;
        }
        else if (form == PersonalDataConfidence.Grouped && NumberBounds.MayBeThousands(scan.Text[start..end]))
        {
            form = PersonalDataConfidence.Narrow;
        }

        scan.Add(pattern.Rule, null, start, end, Confidence(ref scan, in pattern, alike, form, start, end));
    }

    // What is named as another number of the same shape is that, or a faulty one, rather than this.
    private static double Confidence(
        ref TextScan scan,
        ref readonly NumberPattern pattern,
        ReadOnlySpan<NumberPattern> alike,
        double form,
        int start,
        int end
    )
    {
        var rule = pattern.Rule;
        if (scan.IsNear(pattern.Group, start, end))
        {
            return PersonalDataConfidence.Of(rule.Chance, form, PersonalDataConfidence.Near);
        }

        var any = rule.Kind == PersonalDataKinds.NationalId && rule.HasChecksum && scan.IsNear(scan.Plan.AnyIdentity, start, end);
        var confidence = PersonalDataConfidence.Of(rule.Chance, form, any ? PersonalDataConfidence.NearAny : 0);
        var otherwise =
            IsNamedOtherwise(ref scan, alike, start, end) || (!any && scan.IsBehind(scan.Plan.NotPersonal, start, NotPersonalBefore));
        return otherwise ? confidence / 2 : confidence;
    }

    private static bool IsNamedOtherwise(ref TextScan scan, ReadOnlySpan<NumberPattern> alike, int start, int end)
    {
        foreach (ref readonly var other in alike)
        {
            if (scan.IsNear(other.Group, start, end))
            {
                return true;
            }
        }

        return false;
    }

    // −1: these separators are none of the shape's. Spaces, hyphens and line ends may stand for the country's own.
    private static double Form(ref readonly NumberPattern pattern, ReadOnlySpan<char> separators, out bool open)
    {
        var expected = pattern.Separators.AsSpan();
        open = expected.Length > 0 && expected[^1] == ')';
        expected = open ? expected[..^1] : expected;
        if (separators.SequenceEqual(expected))
        {
            return pattern.Form;
        }

        var (loose, broken) = (false, true);
        for (var i = 0; i < separators.Length; i++)
        {
            var same = separators[i] == expected[i];
            broken &= same || separators[i] == '\n';
            loose |= !same && separators[i] is not (' ' or '-' or '\n' or '.');
            loose |= separators[i] != separators[0] && !same && separators[i] != '\n';
        }

        return broken ? pattern.Form
            : loose || open ? -1
            : Math.Min(pattern.Form, PersonalDataConfidence.Narrow);
    }

    private static bool IsLowerCase(ReadOnlySpan<char> value) => value.ContainsAnyInRange('a', 'z');
}

/// <summary>Where a number may end.</summary>
/// <param name="Node">The node of its shape.</param>
/// <param name="Count">How many letters and digits it has.</param>
internal readonly record struct NumberEnd(int Node, int Count);
