using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Readings;

/// <summary>Uuencode (POSIX): lines that begin with their number of bytes, with or without the lines around them.</summary>
internal sealed class UuencodeReading : Reading
{
    private const int Longest = 45;
    private const int Shortest = 8;
    private const int ShortestLast = 3;

    /// <inheritdoc/>
    public override void Read(string text, TextProfile profile, ICollection<UnwrappedText> found)
    {
        var runs = new List<UnwrappedRun>();
        var bytes = new List<byte>();
        var (start, end) = (-1, 0);
        for (var line = 0; line < text.Length; )
        {
            var length = text.AsSpan(line).IndexOf('\n');
            var next = length < 0 ? text.Length : line + length + 1;
            var content = text.AsSpan(line, next - line).TrimEnd("\r\n");
            if (TryDecodeLine(content, start < 0 ? Shortest : ShortestLast, bytes))
            {
                (start, end) = (start < 0 ? line : start, line + content.Length);
            }
            else if (start >= 0)
            {
                Flush(runs, bytes, ref start, end);
            }

            line = next;
        }

        Flush(runs, bytes, ref start, end);
        if (runs.Count > 0)
        {
            found.Add(new UnwrappedText("uuencode", runs));
        }
    }

    private static void Flush(List<UnwrappedRun> runs, List<byte> bytes, ref int start, int end)
    {
        if (start >= 0 && TextLikeness.Decode([.. bytes]) is { } decoded)
        {
            runs.Add(new UnwrappedRun(start, end, decoded));
        }

        bytes.Clear();
        start = -1;
    }

    private static bool TryDecodeLine(ReadOnlySpan<char> line, int shortest, List<byte> bytes)
    {
        if (line.Length < shortest || line[0] is < '!' or > 'M' || line.IndexOfAnyExceptInRange(' ', '`') >= 0)
        {
            return false;
        }

        var count = line[0] - ' ';
        var digits = (count + 2) / 3 * 4;
        // Spaces at the end may have been lost.
        if (count > Longest || line.Length - 1 > digits || line.Length - 1 < ((count * 8) + 5) / 6)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            var at = 1 + (i / 3 * 4) + (i % 3);
            bytes.Add((byte)((ValueAt(line, at) << (2 + (2 * (i % 3)))) | (ValueAt(line, at + 1) >> (4 - (2 * (i % 3))))));
        }

        return true;
    }

    private static int ValueAt(ReadOnlySpan<char> line, int at) => at < line.Length ? (line[at] - ' ') & 0x3F : 0;
}
