using System.Buffers;
using System.Globalization;
using System.Text;
using Plumbline.Tokenization.Normalizers;

namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>
/// Brings a text to the characters that a reader sees: nothing invisible, no letters in disguise, no piles of marks, form C. Applied to its own result it changes nothing.
/// </summary>
/// <remarks>
/// Compatibility forms are folded as in form KC (Unicode Standard Annex 15) where they are letters or digits in another dress. What a living orthography needs stays: Thai and Lao vowels,
/// Hangul letters, Chinese punctuation, joiners between Arabic and Indic letters, signs such as ™ and ½.
/// </remarks>
internal sealed class UnicodeFolder
{
    private static readonly SearchValues<char> PlainAscii = SearchValues.Create(
        "\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    );

    private const int MostRounds = 4;

    private readonly string text;
    private readonly HiddenText hidden;
    private MappedTextBuilder? builder;
    private int copied;
    private int last = -1;
    private int starter;
    private int markRun;
    private bool hasPiles;
    private bool needsComposition;
    private bool hasLookAlikes;

    private UnicodeFolder(string text)
    {
        this.text = text;
        hidden = new HiddenText(text);
    }

    /// <summary>Folds a text.</summary>
    /// <param name="text">Any UTF-16 units.</param>
    /// <param name="payloads">What was written in characters that nobody sees: name and text, the latter mapped to <paramref name="text"/>.</param>
    /// <returns>The text, the same instance where nothing changes.</returns>
    public static MappedText Fold(string text, out IReadOnlyList<(string Name, MappedText Text)> payloads)
    {
        payloads = [];
        var at = text.AsSpan().IndexOfAnyExcept(PlainAscii);
        if (at < 0)
        {
            return MappedText.Unchanged(text);
        }

        var folder = new UnicodeFolder(text);
        var folded = folder.FoldFrom(at, out payloads);
        // What one step made may concern another one: a look-alike that came of a form, a mark that came to a new letter.
        for (var round = 1; round < MostRounds && !ReferenceEquals(folded.Text, text); round++)
        {
            (text, at) = (folded.Text, folded.Text.AsSpan().IndexOfAnyExcept(PlainAscii));
            if (at < 0)
            {
                break;
            }

            folded = folded.Then(new UnicodeFolder(text).FoldFrom(at, out _));
        }

        return folded;
    }

    private MappedText FoldFrom(int start, out IReadOnlyList<(string Name, MappedText Text)> payloads)
    {
        for (var i = start; i < text.Length; )
        {
            var kind = CharacterClasses.Of(text[i]);
            i = kind == CharacterClass.Plain ? i + 1 : Take(i, kind);
        }

        payloads = hidden.Read();
        var folded = Finish();
        if (hasPiles)
        {
            folded = folded.Then(MarkPiles.Clear(folded.Text));
        }

        if (needsComposition || hasPiles)
        {
            folded = folded.Then(Compose(folded.Text));
        }

        if (hasLookAlikes)
        {
            var words = folded.Then(LookAlikeWords.Fold(folded.Text));
            // A Latin letter may compose with a mark that its look-alike could not.
            folded = ReferenceEquals(words, folded) ? folded : words.Then(Compose(words.Text));
        }

        return folded;
    }

    private MappedText Finish()
    {
        if (builder is null)
        {
            return MappedText.Unchanged(text);
        }

        builder.Copy(copied, text.Length);
        return builder.Build();
    }

    private int Take(int i, CharacterClass kind)
    {
        switch (kind)
        {
            case CharacterClass.LookAlike:
                hasLookAlikes = true;
                return i + 1;
            case CharacterClass.Compose:
                needsComposition = true;
                return i + 1;
            case CharacterClass.Mark:
                NoteMark(text[i], Previous(i));
                return i + 1;
            case CharacterClass.Surrogate:
                return TakeSurrogate(i);
            case CharacterClass.Joiner:
                return KeepsJoiner(i) ? i + 1 : Change(i, i + 1, []);
            case CharacterClass.Selector:
                return TakeSelector(i, i + 1, text[i] - 0xFE00);
            case CharacterClass.Wide:
                return IsWideLetter(i - 1) || IsWideLetter(i + 1) || last == i ? Narrow(i) : i + 1;
            default:
                return Change(
                    i,
                    i + 1,
                    kind switch
                    {
                        CharacterClass.Space => " ",
                        CharacterClass.LineBreak => "\n",
                        CharacterClass.Fold => FoldOf(text[i]),
                        _ => [],
                    }
                );
        }
    }

    private ReadOnlySpan<char> FoldOf(int point)
    {
        var fold = CharacterClasses.FoldOf(point)!;
        // What a form folds to may be a letter of another script that is drawn like a Latin one.
        hasLookAlikes |= CharacterClasses.Of(fold[0]) == CharacterClass.LookAlike;
        return fold;
    }

    private int TakeSurrogate(int i)
    {
        if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != OperationStatus.Done)
        {
            return Change(i, i + 1, "\uFFFD");
        }

        var (point, end) = (rune.Value, i + length);
        if (point is >= 0xE0100 and <= 0xE01EF)
        {
            return TakeSelector(i, end, point - 0xE0100 + 16);
        }

        if (point is >= 0xE0000 and <= 0xE0FFF)
        {
            var flag = EmojiFlags.TagLength(text, i, Previous(i));
            if (flag > 0)
            {
                return i + flag;
            }

            hidden.AddTag(point, i);
            return Change(i, end, []);
        }

        if (CharacterClasses.FoldOf(point) is not null)
        {
            return Change(i, end, FoldOf(point));
        }

        var category = Rune.GetUnicodeCategory(rune);
        if (category == UnicodeCategory.Format && point is not (0x110BD or 0x110CD))
        {
            return Change(i, end, []);
        }

        if (CharacterClasses.IsMark(point) || UnicodeNormalizer.Tables.ClassOf(point) != 0)
        {
            NoteMark(point, Previous(i));
        }

        hasLookAlikes |= point is >= 0x1F1E6 and <= 0x1F1FF || LookAlikes.LatinOf(point) != '\0';
        return end;
    }

    // The sign of a picture's style stays beside the picture, and nowhere else.
    private int TakeSelector(int start, int end, int value)
    {
        if (value is 14 or 15 && CharacterClasses.IsPictorial(Previous(start)))
        {
            return end;
        }

        hidden.AddSelector(value, start, end);
        return Change(start, end, []);
    }

    private bool KeepsJoiner(int i)
    {
        if (i + 1 >= text.Length || Rune.DecodeFromUtf16(text.AsSpan(i + 1), out var next, out _) != OperationStatus.Done)
        {
            return false;
        }

        var isDropped =
            next.IsBmp && CharacterClasses.Of((char)next.Value) is CharacterClass.Drop or CharacterClass.Joiner or CharacterClass.Selector;
        var before = Previous(i);
        return !isDropped
            && (
                (CharacterClasses.IsJoining(before) && CharacterClasses.IsJoining(next.Value))
                || (text[i] == '\u200D' && IsPicture(before) && IsPicture(next.Value))
            );
    }

    private static bool IsPicture(int point) =>
        point is (>= 0x2190 and <= 0x2BFF) or (>= 0x1F300 and <= 0x1FAFF) or 0xFE0F && CharacterClasses.FoldOf(point) is null;

    private bool IsWideLetter(int i) =>
        i >= 0
        && i < text.Length
        && text[i] is (>= '\uFF10' and <= '\uFF19') or (>= '\uFF21' and <= '\uFF3A') or (>= '\uFF41' and <= '\uFF5A');

    private int Narrow(int i)
    {
        // The next full-width sign stands in the same row.
        last = i + 1;
        return Change(i, i + 1, [text[i] == '\u3000' ? ' ' : (char)(text[i] - 0xFEE0)]);
    }

    private void NoteMark(int mark, int before)
    {
        var tables = UnicodeNormalizer.Tables;
        var follows = before >= 0x300 && CharacterClasses.IsMark(before);
        var (classBefore, classOf) = (follows ? tables.ClassOf(before) : 0, tables.ClassOf(mark));
        starter = classBefore == 0 ? before : starter;
        markRun = follows ? markRun + 1 : 1;
        hasPiles |= markRun > MarkPiles.LongestRun || (!follows && CharacterClasses.IsPileBase(before));
        needsComposition |=
            (classOf != 0 && classBefore > classOf)
            || (starter >= 0 && CharacterClasses.IsSecond(mark) && tables.TryCompose(starter, mark, out _));
        // Marks with decompositions of their own.
        needsComposition |= tables.TryDecompose(mark, out _, out _);
    }

    /// <summary>The character before a place, as it is written so far; -1 for none.</summary>
    private int Previous(int i)
    {
        if (i > copied)
        {
            return i - copied > 1 && char.IsSurrogatePair(text[i - 2], text[i - 1])
                ? char.ConvertToUtf32(text[i - 2], text[i - 1])
                : text[i - 1];
        }

        return builder?.Last ?? -1;
    }

    private int Change(int start, int end, ReadOnlySpan<char> replacement)
    {
        builder ??= new MappedTextBuilder(text);
        builder.Copy(copied, start);
        builder.Write(replacement, start, end);
        copied = end;
        return end;
    }

    private static MappedText Compose(string text)
    {
        var aligned = UnicodeNormalizer.Normalize(new Tokenization.AlignedText(text), compose: true);
        return ReferenceEquals(aligned.Text, text)
            ? MappedText.Unchanged(text)
            : new MappedText(aligned.Text, Alignment(aligned.Map!, text.Length));
    }

    // Each unit stands for the source up to where the next other one begins.
    private static SpanMap Alignment(int[] origins, int length)
    {
        var segments = new MapSegments();
        for (var i = 0; i < origins.Length; )
        {
            var start = i == 0 ? 0 : origins[i];
            var next = i + 1;
            while (next < origins.Length && origins[next] <= start)
            {
                next++;
            }

            segments.Add(next - i, Findings.TextSpan.Between(start, next < origins.Length ? origins[next] : length), MapKind.Whole);
            i = next;
        }

        return segments.Build(length);
    }
}
