using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json;

namespace Plumbline.Data.Rows;

/// <summary>
/// Collects what a row says beside its prompt, as JSON that outlives the reader's buffer. Columns are taken in the row's order while names and values fit into
/// <see cref="MaxBytes"/>; nulls and empty csv fields are no columns.
/// </summary>
/// <param name="used">Names of columns that the prompt or whole answers stand in.</param>
internal sealed class RowColumns(IReadOnlySet<string> used)
{
    /// <summary>The most bytes of names and values kept for one row.</summary>
    public const int MaxBytes = 64 << 10;

    private static readonly JsonDocumentOptions Parsing = new() { MaxDepth = JsonRowIndex.MaxDepth };

    private Dictionary<string, JsonElement> found = new(StringComparer.Ordinal);
    private int bytes;
    private string? own;

    /// <summary>Columns passed over so far: too large, repeated, or with an escaped surrogate without its partner.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Adds every column of a JSON row, which has been found to be well formed.</summary>
    public void AddRow(ReadOnlySpan<byte> row)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = JsonRowIndex.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = JsonText.TryRead(ref reader, out var name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            if (!isNull && IsWanted(name))
            {
                AddJson(isName ? name : null, row[start..(int)reader.BytesConsumed]);
            }
        }
    }

    /// <summary>Adds a column of text in UTF-8.</summary>
    public void AddField(string name, ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && IsWanted(name) && Fits(name, text.Length))
        {
            found.Add(name, JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(text)));
        }
    }

    /// <summary>Adds a text of ours before the row's columns are added; one of the same name gives way to it.</summary>
    public void AddOwn(string name, string text)
    {
        if (Fits(name, Encoding.UTF8.GetByteCount(text)))
        {
            found.Add(name, JsonSerializer.SerializeToElement(text));
        }

        own = name;
    }

    /// <summary>What was added since the last call.</summary>
    public IReadOnlyDictionary<string, JsonElement> Take()
    {
        IReadOnlyDictionary<string, JsonElement> taken = found.Count == 0 ? ReadOnlyDictionary<string, JsonElement>.Empty : found;
        found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        bytes = 0;
        own = null;
        return taken;
    }

    private bool IsWanted(string name) => name != own && !used.Contains(name);

    private void AddJson(string? name, ReadOnlySpan<byte> value)
    {
        if (name is null || !JsonText.IsReadable(value, JsonRowIndex.MaxDepth))
        {
            LeftOut++;
        }
        else if (Fits(name, value.Length))
        {
            found.Add(name, JsonElement.Parse(value, Parsing));
        }
    }

    private bool Fits(string name, int length)
    {
        var size = Encoding.UTF8.GetByteCount(name) + (long)length;
        if (found.ContainsKey(name) || bytes + size > MaxBytes)
        {
            LeftOut++;
            return false;
        }

        bytes += (int)size;
        return true;
    }
}
