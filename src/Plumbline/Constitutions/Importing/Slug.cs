using System.Text;

namespace Plumbline.Constitutions.Importing;

/// <summary>Ids made of titles.</summary>
internal static class Slug
{
    private const int MostWords = 6;
    private const int Longest = 48;

    /// <summary>The first words in lower case, joined by <c>_</c>; <c>clause</c> where there is none that an id can hold.</summary>
    public static string Of(string title)
    {
        var slug = new StringBuilder();
        foreach (
            var word in title
                .ToLowerInvariant()
                .Replace("'", string.Empty, StringComparison.Ordinal)
                .Replace("’", string.Empty, StringComparison.Ordinal)
                .Split([' ', '\t', '_', '-', '.', ',', ':', ';', '/', '(', ')', '?', '!', '"'], StringSplitOptions.RemoveEmptyEntries)
                .Take(MostWords)
        )
        {
            var kept = string.Concat(word.Where(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)));
            if (kept.Length > 0 && slug.Length + kept.Length < Longest)
            {
                slug.Append(slug.Length > 0 ? "_" : string.Empty).Append(kept);
            }
        }

        return slug.Length == 0 ? "clause"
            : char.IsAsciiLetterLower(slug[0]) ? slug.ToString()
            : "c_" + slug;
    }

    /// <summary>The id with a number where it is taken.</summary>
    public static string Free(string id, ICollection<string> taken)
    {
        var free = id;
        for (var number = 2; taken.Contains(free); number++)
        {
            free = $"{id}_{number}";
        }

        return free;
    }
}
