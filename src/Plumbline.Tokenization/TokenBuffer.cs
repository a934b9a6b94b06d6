namespace Plumbline.Tokenization;

/// <summary>The tokens of a text while it is encoded, with their starts where somebody asked for them. Used again and again: see <see cref="EncodingScratch"/>.</summary>
internal sealed class TokenBuffer
{
    private int[] ids = new int[256];
    private int[] starts = [];
    private bool tracksStarts;

    /// <summary>How many tokens there are.</summary>
    public int Count { get; private set; }

    /// <summary>Begins another text.</summary>
    /// <param name="withStarts">Whether starts are kept.</param>
    public void Reset(bool withStarts)
    {
        Count = 0;
        tracksStarts = withStarts;
        if (withStarts && starts.Length < ids.Length)
        {
            starts = new int[ids.Length];
        }
    }

    /// <summary>Adds a token that starts at a position of the text that is encoded now.</summary>
    public void Add(int id, int start)
    {
        Reserve(1);
        if (tracksStarts)
        {
            starts[Count] = start;
        }

        ids[Count++] = id;
    }

    /// <summary>Adds the tokens of a piece; the starts fit into bytes because only short pieces are kept.</summary>
    public void AddPiece(int[] pieceIds, byte[] pieceStarts)
    {
        Reserve(pieceIds.Length);
        for (var i = 0; i < pieceIds.Length; i++)
        {
            ids[Count + i] = pieceIds[i];
        }

        if (tracksStarts)
        {
            for (var i = 0; i < pieceStarts.Length; i++)
            {
                starts[Count + i] = pieceStarts[i];
            }
        }

        Count += pieceIds.Length;
    }

    /// <summary>Turns the starts of the tokens from <paramref name="first"/> on, which count from <paramref name="at"/> in <paramref name="text"/>, into original positions.</summary>
    public void Locate(int first, AlignedText text, int at)
    {
        for (var i = first; tracksStarts && i < Count; i++)
        {
            starts[i] = text.OriginOf(at + starts[i]);
        }
    }

    /// <summary>Takes the tokens behind the first <paramref name="count"/> back.</summary>
    public void TruncateTo(int count) => Count = count;

    /// <summary>Turns the order of the tokens from <paramref name="first"/> on around.</summary>
    public void ReverseFrom(int first)
    {
        ids.AsSpan(first, Count - first).Reverse();
        if (tracksStarts)
        {
            starts.AsSpan(first, Count - first).Reverse();
        }
    }

    /// <summary>The tokens.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);

    /// <summary>Their starts; empty where none are kept.</summary>
    public ReadOnlySpan<int> Starts => tracksStarts ? starts.AsSpan(0, Count) : [];

    private void Reserve(int more)
    {
        if (Count + more > ids.Length)
        {
            var size = Math.Max(ids.Length * 2, Count + more);
            Array.Resize(ref ids, size);
            if (tracksStarts)
            {
                Array.Resize(ref starts, size);
            }
        }
    }
}
