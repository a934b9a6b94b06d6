using System.Runtime.InteropServices;

namespace Plumbline.Moderation.PersonalData.Scanning;

/// <summary>Decides between matches that overlap: the surer one stays, of equally sure ones the longer, then the one that begins first, then by the rule's name.</summary>
internal static class Overlaps
{
    // A longer chain is settled piece by piece, so that no text makes this slow.
    private const int LongestChain = 64;

    /// <summary>Settles and sorts a list from a place on.</summary>
    internal static void Settle(List<PersonalDataMatch> matches, int from)
    {
        if (matches.Count - from < 2)
        {
            return;
        }

        var found = CollectionsMarshal.AsSpan(matches)[from..];
        Sort(found, byStrength: false);
        var (kept, start) = (0, 0);
        while (start < found.Length)
        {
            var (end, reach) = (start + 1, found[start].Span.End);
            while (end < found.Length && end - start < LongestChain && found[end].Span.Start < reach)
            {
                reach = Math.Max(reach, found[end].Span.End);
                end++;
            }

            var chain = Strongest(found[start..end]);
            foreach (ref readonly var match in chain)
            {
                if (kept == 0 || !found[kept - 1].Span.Overlaps(match.Span))
                {
                    found[kept++] = match;
                }
            }

            start = end;
        }

        CollectionsMarshal.SetCount(matches, from + kept);
    }

    // Puts those that stay first, in the order in which they stand in the text.
    private static ReadOnlySpan<PersonalDataMatch> Strongest(Span<PersonalDataMatch> chain)
    {
        if (chain.Length == 1)
        {
            return chain;
        }

        Sort(chain, byStrength: true);
        var kept = 0;
        for (var i = 0; i < chain.Length; i++)
        {
            var free = true;
            for (var other = 0; other < kept && free; other++)
            {
                free = !chain[other].Span.Overlaps(chain[i].Span);
            }

            if (free)
            {
                chain[kept++] = chain[i];
            }
        }

        Sort(chain[..kept], byStrength: false);
        return chain[..kept];
    }

    // Matches come almost in order, and chains are short: insertion is linear then, and allocates nothing.
    private static void Sort(Span<PersonalDataMatch> matches, bool byStrength)
    {
        for (var i = 1; i < matches.Length; i++)
        {
            var (match, place) = (matches[i], i);
            while (
                place > 0 && (byStrength ? IsStronger(in match, in matches[place - 1]) : match.Span.Start < matches[place - 1].Span.Start)
            )
            {
                matches[place] = matches[place - 1];
                place--;
            }

            matches[place] = match;
        }
    }

    private static bool IsStronger(in PersonalDataMatch one, in PersonalDataMatch other)
    {
        var order = one.Confidence.CompareTo(other.Confidence);
        order = order == 0 ? one.Span.Length.CompareTo(other.Span.Length) : order;
        order = order == 0 ? other.Span.Start.CompareTo(one.Span.Start) : order;
        return order == 0 ? string.CompareOrdinal(one.Rule.Name, other.Rule.Name) < 0 : order > 0;
    }
}
