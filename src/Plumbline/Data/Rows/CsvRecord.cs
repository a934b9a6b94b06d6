namespace Plumbline.Data.Rows;

/// <summary>Cuts a csv record into fields, in place: doubled quotes are closed up inside the record's own bytes.</summary>
internal sealed class CsvRecord(byte delimiter)
{
    private readonly List<(int Start, int Length)> fields = [];

    /// <summary>Where each field lies in the record that was split last, without its quotes.</summary>
    public List<(int Start, int Length)> Fields => fields;

    /// <summary>Fills <see cref="Fields"/>.</summary>
    /// <returns>Null, or why the record is not csv.</returns>
    public RowFault? Split(Span<byte> record)
    {
        fields.Clear();
        var at = 0;
        while (true)
        {
            if (at < record.Length && record[at] == '"')
            {
                at = Quoted(record, at + 1);
                if (at < record.Length && record[at] != delimiter)
                {
                    return new RowFault(BadRowReason.NotCsv, $"text follows the closing quote of field {fields.Count}.");
                }
            }
            else
            {
                var found = record[at..].IndexOf(delimiter);
                var end = found < 0 ? record.Length : at + found;
                fields.Add((at, end - at));
                at = end;
            }

            if (at >= record.Length)
            {
                return null;
            }

            at++;
        }
    }

    /// <summary>Adds the quoted field whose text starts at <paramref name="start"/>; the place after its closing quote.</summary>
    private int Quoted(Span<byte> record, int start)
    {
        var read = start;
        var write = start;
        while (true)
        {
            var found = record[read..].IndexOf((byte)'"');
            var end = found < 0 ? record.Length : read + found;
            if (write != read)
            {
                record[read..end].CopyTo(record[write..]);
            }

            write += end - read;
            if (end + 1 >= record.Length || record[end + 1] != '"')
            {
                fields.Add((start, write - start));
                return end + 1;
            }

            record[write++] = (byte)'"';
            read = end + 2;
        }
    }
}
