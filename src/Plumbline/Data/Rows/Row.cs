using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Plumbline.Data.Rows;

/// <summary>What a column holds in the current row.</summary>
internal enum FieldKind : byte
{
    Missing,
    Null,
    Text,
    Number,
    True,
    False,
    Array,
    Object,
}

/// <summary>
/// The current row of a file: where each known column's value lies in the reader's buffer. One instance serves a whole file; what it points to
/// is valid until the next row.
/// </summary>
internal sealed class Row(ColumnNames names)
{
    private readonly Field[] fields = new Field[ColumnNames.Count];

    /// <summary>The names of the columns in this file.</summary>
    public ColumnNames Names => names;

    /// <summary>The line the row starts on, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The row as it stands in the file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Moves on to another row, all of whose fields are missing.</summary>
    public void Reset(ReadOnlyMemory<byte> bytes, long line)
    {
        Bytes = bytes;
        Line = line;
        Array.Clear(fields);
    }

    /// <summary>States where a column's value lies in <see cref="Bytes"/>; text without its quotes.</summary>
    public void Set(Column column, FieldKind kind, int start, int length, bool escaped) =>
        fields[(int)column] = new Field(kind, escaped, start, length);

    public FieldKind Kind(Column column) => fields[(int)column].Kind;

    /// <summary>True where the column has a value other than null.</summary>
    public bool Has(Column column) => Kind(column) > FieldKind.Null;

    /// <summary>True where a column that may be left out says something: csv has every column in every row, and leaves it empty.</summary>
    public bool IsGiven(Column column) => Has(column) && !(Kind(column) == FieldKind.Text && fields[(int)column].Length == 0);

    /// <summary>The value's bytes: JSON for numbers, arrays and objects.</summary>
    public ReadOnlySpan<byte> Json(Column column) => Slice(fields[(int)column]);

    /// <summary>Reads a text value.</summary>
    /// <returns>Null, or why there is no text.</returns>
    public RowFault? ReadText(Column column, out string text)
    {
        text = string.Empty;
        if (NotText(column) is { } fault)
        {
            return fault;
        }

        var field = fields[(int)column];
        if (!field.Escaped)
        {
            text = Encoding.UTF8.GetString(Slice(field));
            return null;
        }

        var reader = Unescaping(field);
        return JsonText.TryRead(ref reader, out text) ? null : BrokenText(column);
    }

    /// <summary>Reads a text value into <paramref name="scratch"/>, which is exchanged for a larger pooled array where it is too short.</summary>
    /// <returns>Null, or why there is no text.</returns>
    public RowFault? ReadText(Column column, ref char[] scratch, out int length)
    {
        length = 0;
        if (NotText(column) is { } fault)
        {
            return fault;
        }

        var field = fields[(int)column];
        if (scratch.Length < field.Length)
        {
            ArrayPool<char>.Shared.Return(scratch);
            scratch = ArrayPool<char>.Shared.Rent(field.Length);
        }

        if (!field.Escaped)
        {
            length = Encoding.UTF8.GetChars(Slice(field), scratch);
            return null;
        }

        var reader = Unescaping(field);
        return JsonText.TryCopy(ref reader, scratch, out length) ? null : BrokenText(column);
    }

    /// <summary>The truth value in a column; null where there is none. Csv has only text, Python writes "True".</summary>
    public bool? Truth(Column column) =>
        Kind(column) switch
        {
            FieldKind.True => true,
            FieldKind.False => false,
            FieldKind.Number or FieldKind.Text => Json(column) switch
            {
                [(byte)'1'] => true,
                [(byte)'0'] => false,
                var text when Ascii.EqualsIgnoreCase(text, "true"u8) => true,
                var text when Ascii.EqualsIgnoreCase(text, "false"u8) => false,
                _ => null,
            },
            _ => null,
        };

    /// <summary>Reads a truth value.</summary>
    /// <returns>Null, or why there is none.</returns>
    public RowFault? ReadTruth(Column column, out bool truth)
    {
        var read = Truth(column);
        truth = read ?? false;
        return read is null ? Unfit(column, "true or false (or 1 or 0)") : null;
    }

    /// <summary>The number in a column, written as JSON writes it; null where there is none. Csv has only text.</summary>
    public double? Number(Column column) =>
        Kind(column) is FieldKind.Number or FieldKind.Text
        && Utf8Parser.TryParse(Json(column), out double number, out var read)
        && read == fields[(int)column].Length
            ? number
            : null;

    /// <summary>The fault of a value that is not what the shape needs.</summary>
    public RowFault Unfit(Column column, string needed) =>
        Has(column)
            ? new RowFault(BadRowReason.WrongType, $"'{names[column]}' is {Describe(Kind(column))}; {needed} is needed.")
            : new RowFault(
                BadRowReason.MissingColumn,
                Kind(column) == FieldKind.Null ? $"'{names[column]}' is null." : $"the column '{names[column]}' is missing."
            );

    private static string Describe(FieldKind kind) =>
        kind switch
        {
            FieldKind.Text => "text",
            FieldKind.Number => "a number",
            FieldKind.True => "true",
            FieldKind.False => "false",
            FieldKind.Array => "an array",
            FieldKind.Object => "an object",
            _ => "absent",
        };

    private RowFault? NotText(Column column) => Kind(column) == FieldKind.Text ? null : Unfit(column, "text");

    private RowFault BrokenText(Column column) =>
        new(BadRowReason.InvalidText, $"'{names[column]}' holds an escaped surrogate (\\ud800 to \\udfff) without its partner.");

    private ReadOnlySpan<byte> Slice(Field field) => Bytes.Span.Slice(field.Start, field.Length);

    /// <summary>A reader that stands on the field's string token, quotes included.</summary>
    private Utf8JsonReader Unescaping(Field field)
    {
        var reader = new Utf8JsonReader(Bytes.Span.Slice(field.Start - 1, field.Length + 2));
        reader.Read();
        return reader;
    }

    private readonly record struct Field(FieldKind Kind, bool Escaped, int Start, int Length);
}
