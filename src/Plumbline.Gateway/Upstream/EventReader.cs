using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Upstream;

/// <summary>
/// Reads the data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), one at a time and no faster than asked. No event may be longer than the options say, whether
/// it ends or not.
/// </summary>
internal sealed class EventReader(UpstreamAnswer answer, int maxEventBytes)
{
    private readonly byte[] buffer = new byte[16 << 10];
    private byte[] data = new byte[4 << 10];
    private byte[] line = new byte[4 << 10];
    private int begin;
    private int end;
    private int dataLength;
    private int lineLength;
    private bool hasData;
    private bool mayBeLineFeed;
    private bool isPastFirstLine;

    /// <summary>The next event's data, valid until the next call; null at the end. An event that the end cuts off is none, as the standard says.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadAsync()
    {
        (dataLength, hasData) = (0, false);
        while (true)
        {
            while (begin < end)
            {
                if (TakeLine() && EndLine())
                {
                    return data.AsMemory(0, dataLength);
                }
            }

            (begin, end) = (0, await answer.ReadAsync(buffer));
            if (end == 0)
            {
                return null;
            }
        }
    }

    // Takes bytes up to the end of a line: LF, CR, or both, which may lie in two reads.
    private bool TakeLine()
    {
        if (mayBeLineFeed)
        {
            mayBeLineFeed = false;
            if (buffer[begin] == (byte)'\n')
            {
                begin++;
                return false;
            }
        }

        var rest = buffer.AsSpan(begin, end - begin);
        var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
        var part = length < 0 ? rest : rest[..length];
        Append(ref line, ref lineLength, part);
        begin += part.Length;
        if (length < 0)
        {
            return false;
        }

        mayBeLineFeed = buffer[begin] == (byte)'\r';
        begin++;
        return true;
    }

    // Whether the line ends an event that has data.
    private bool EndLine()
    {
        var content = line.AsSpan(0, lineLength);
        lineLength = 0;
        if (!isPastFirstLine)
        {
            isPastFirstLine = true;
            content = content.StartsWith("\uFEFF"u8) ? content[3..] : content;
        }

        if (content.IsEmpty)
        {
            return hasData;
        }

        // Other fields (event, id, retry) and comments say nothing about the text.
        if (content.StartsWith("data"u8) && (content.Length == 4 || content[4] == (byte)':'))
        {
            var value = content.Length == 4 ? default : content[5..];
            value = value.StartsWith(" "u8) ? value[1..] : value;
            if (hasData)
            {
                Append(ref data, ref dataLength, "\n"u8);
            }

            Append(ref data, ref dataLength, value);
            hasData = true;
        }

        return false;
    }

    private void Append(ref byte[] target, ref int length, ReadOnlySpan<byte> part)
    {
        if (length + part.Length > maxEventBytes)
        {
            throw ApiException.BadGateway("upstream_too_long", "The model's server sent an event longer than one may be.");
        }

        if (target.Length < length + part.Length)
        {
            Array.Resize(ref target, Math.Min(maxEventBytes, Math.Max(target.Length * 2, length + part.Length)));
        }

        part.CopyTo(target.AsSpan(length));
        length += part.Length;
    }
}
