using System.Text;

namespace Plumbline.Tokenization.Models;

/// <summary>BPE over the characters of a piece, as SentencePiece does it (Llama 2, Mistral, Gemma); CLIP too, with its mark at the ends of words.</summary>
/// <param name="settings">The model.</param>
internal sealed class CharacterBytePairModel(BytePairSettings settings) : BytePairModel(settings)
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = settings.Vocabulary.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    private bool IsMarked => Settings.ContinuingPrefix.Length + Settings.EndSuffix.Length > 0;

    /// <inheritdoc/>
    protected override bool TryWhole(ReadOnlySpan<char> piece, out int id) => lookup.TryGetValue(piece, out id);

    /// <inheritdoc/>
    protected override int MaximumSymbols(ReadOnlySpan<char> piece) =>
        Settings.ByteIds is null
            ? piece.Length
            : Encoding.UTF8.GetByteCount(piece) + Settings.ContinuingPrefix.Length + Settings.EndSuffix.Length;

    /// <inheritdoc/>
    protected override void ReadSymbols(ReadOnlySpan<char> piece, ref SymbolList symbols)
    {
        for (var at = 0; at < piece.Length; )
        {
            if (Settings.WholeSymbols is { } whole && whole.TryLongest(piece[at..], out var wholeLength, out var wholeId))
            {
                symbols.Add(wholeId, at);
                at += wholeLength;
                continue;
            }

            var length = char.IsHighSurrogate(piece[at]) ? 2 : 1;
            var end = at + length;
            if (IsMarked)
            {
                var prefix = at > 0 ? Settings.ContinuingPrefix : string.Empty;
                var suffix = end == piece.Length ? Settings.EndSuffix : string.Empty;
                AddCharacter(string.Concat(prefix, piece[at..end], suffix), at, ref symbols);
            }
            else
            {
                AddCharacter(piece[at..end], at, ref symbols);
            }

            at = end;
        }
    }

    private void AddCharacter(ReadOnlySpan<char> character, int start, ref SymbolList symbols)
    {
        if (lookup.TryGetValue(character, out var id))
        {
            symbols.Add(id, start);
        }
        else if (Settings.ByteIds is null || !TryAddBytes(character, start, ref symbols))
        {
            AddUnknown(start, ref symbols);
        }
    }

    private bool TryAddBytes(ReadOnlySpan<char> character, int start, ref SymbolList symbols)
    {
        var count = Encoding.UTF8.GetByteCount(character);
        var bytes = count <= 64 ? stackalloc byte[count] : new byte[count];
        Encoding.UTF8.GetBytes(character, bytes);
        foreach (var value in bytes)
        {
            if (Settings.ByteIds![value] < 0)
            {
                return false;
            }
        }

        foreach (var value in bytes)
        {
            symbols.Add(Settings.ByteIds![value], start);
        }

        return true;
    }
}
