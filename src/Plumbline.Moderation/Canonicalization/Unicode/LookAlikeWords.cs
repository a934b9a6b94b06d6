using System.Text;

namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>
/// Gives each word the one script it is written in: letters that are drawn like those of the word's script become these (the skeleton of Unicode Technical Standard 39, word by word).
/// </summary>
internal static class LookAlikeWords
{
    /// <summary>The text, the same instance where nothing changes.</summary>
    public static MappedText Fold(string text)
    {
        var used = ScriptsInUse(text);
        var areLetters = HasSpelledIndicators(text);
        MappedTextBuilder? changes = null;
        var copied = 0;
        for (var start = 0; start < text.Length; )
        {
            var end = WordEnd(text, start, out var traits);
            if (end == start)
            {
                start += (areLetters ? IndicatorsAt(text, start, ref changes, ref copied) : 0) is var skipped and > 0 ? skipped : 1;
                continue;
            }

            if (Decide(text.AsSpan(start, end - start), traits, used) is { } target)
            {
                Rewrite(text, start, end, target, traits, ref changes, ref copied);
            }

            start = end;
        }

        if (changes is null)
        {
            return MappedText.Unchanged(text);
        }

        changes.Copy(copied, text.Length);
        return changes.Build();
    }

    /// <summary>Scripts that some word shows beyond doubt: a word without Latin letters, with one that Latin has nothing like.</summary>
    private static int ScriptsInUse(string text)
    {
        var used = 0;
        for (var start = 0; start < text.Length; )
        {
            var end = WordEnd(text, start, out var traits);
            if (!traits.Has(Script.Latin) && traits.HasStranger)
            {
                used |= traits.Scripts;
            }

            start = Math.Max(end, start + 1);
        }

        return used;
    }

    // The script that the look-alikes of a word are to be read in; null to leave it.
    private static Script? Decide(ReadOnlySpan<char> word, WordTraits traits, int used)
    {
        if (traits.IsDressed)
        {
            return Script.Latin;
        }

        if (!traits.Has(Script.Latin))
        {
            // A word of look-alikes alone is Latin, unless its script is in use here.
            return !traits.HasLookAlike || traits.HasStranger || (traits.Scripts & used) != 0 ? null : Script.Latin;
        }

        if (!traits.HasStranger)
        {
            return Script.Latin;
        }

        foreach (var script in (ReadOnlySpan<Script>)[Script.Cyrillic, Script.Greek])
        {
            if (traits.Scripts == (Bit(Script.Latin) | Bit(script)) && AllHaveTwins(word, script))
            {
                return script;
            }
        }

        return traits.Has(Script.Other) ? null : Script.Latin;
    }

    private static bool AllHaveTwins(ReadOnlySpan<char> word, Script script)
    {
        foreach (var unit in word)
        {
            if (char.IsLetter(unit) && LookAlikes.ScriptOf(unit) == Script.Latin && LookAlikes.TwinOf(unit, script) == '\0')
            {
                return false;
            }
        }

        return true;
    }

    private static void Rewrite(
        string text,
        int start,
        int end,
        Script target,
        WordTraits traits,
        ref MappedTextBuilder? changes,
        ref int copied
    )
    {
        for (var i = start; i < end; )
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            // Small capitals have no q of their own: an o with a hook stands in.
            var letter = traits.IsDressed && rune.Value == 'ǫ' ? 'q' : LookAlikes.UndressedOf(rune.Value);
            if (letter == '\0')
            {
                letter =
                    target == Script.Latin ? LookAlikes.LatinOf(rune.Value, traits.HasStranger)
                    : rune.IsBmp ? LookAlikes.TwinOf((char)rune.Value, target)
                    : '\0';
            }

            if (letter != '\0')
            {
                changes ??= new MappedTextBuilder(text);
                changes.Copy(copied, i);
                changes.Write([letter], i, i + length);
                copied = i + length;
            }

            i += length;
        }
    }

    /// <summary>Where the word that begins at <paramref name="start"/> ends; the same place where none begins.</summary>
    private static int WordEnd(string text, int start, out WordTraits traits)
    {
        traits = default;
        var end = start;
        while (end < text.Length)
        {
            if (text[end] < 0x80)
            {
                if (!char.IsAsciiLetter(text[end]))
                {
                    break;
                }

                traits.Scripts |= Bit(Script.Latin);
                end++;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(end), out var rune, out var length);
            if (!Rune.IsLetter(rune))
            {
                if (end == start || !CharacterClasses.IsMark(rune.Value))
                {
                    break;
                }

                end += length;
                continue;
            }

            traits.Add(rune.Value);
            end += length;
        }

        return end;
    }

    // Regional indicators that are no flags are letters, and then so are all of them: many a word is made of the signs of flags.
    private static bool HasSpelledIndicators(string text)
    {
        for (var at = text.IndexOf('\uD83C', StringComparison.Ordinal); at >= 0 && at < text.Length; )
        {
            var (end, areFlags, first) = (at, true, -1);
            while (IndicatorAt(text, end) is var letter and >= 0)
            {
                (areFlags, first) = first < 0 ? (areFlags, letter) : (areFlags && EmojiFlags.IsRegion(first, letter), -1);
                end += 2;
            }

            if (end > at && (!areFlags || first >= 0))
            {
                return true;
            }

            at = text.IndexOf('\uD83C', Math.Max(end, at + 1));
        }

        return false;
    }

    private static int IndicatorAt(string text, int at) =>
        at + 1 < text.Length && text[at] == '\uD83C' && text[at + 1] is >= '\uDDE6' and <= '\uDDFF' ? text[at + 1] - '\uDDE6' : -1;

    /// <summary>Writes a run of regional indicators as letters.</summary>
    /// <returns>How many units the run has; 0 where none begins here.</returns>
    private static int IndicatorsAt(string text, int start, ref MappedTextBuilder? changes, ref int copied)
    {
        var end = start;
        for (; IndicatorAt(text, end) is var letter and >= 0; end += 2)
        {
            changes ??= new MappedTextBuilder(text);
            changes.Copy(copied, end);
            changes.Write([(char)('A' + letter)], end, end + 2);
            copied = end + 2;
        }

        return end - start;
    }

    private static int Bit(Script script) => 1 << (int)script;

    private struct WordTraits
    {
        /// <summary>The scripts of the letters, a bit each.</summary>
        public int Scripts;

        /// <summary>Whether some letter is drawn like a Latin one of another script.</summary>
        public bool HasLookAlike;

        /// <summary>Whether some letter of another script is not.</summary>
        public bool HasStranger;

        /// <summary>Whether some letter is a Latin one in another dress.</summary>
        public bool IsDressed;

        public readonly bool Has(Script script) => (Scripts & Bit(script)) != 0;

        public void Add(int point)
        {
            var script = LookAlikes.ScriptOf(point);
            Scripts |= Bit(script);
            if (LookAlikes.UndressedOf(point) != '\0')
            {
                IsDressed = true;
            }
            else if (script != Script.Latin)
            {
                var isLookAlike = LookAlikes.LatinOf(point) != '\0';
                HasLookAlike |= isLookAlike;
                HasStranger |= !isLookAlike;
            }
        }
    }
}
