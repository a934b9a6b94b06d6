using System.Buffers;
using System.Text.Json;

namespace Plumbline.Runs;

/// <summary>What was measured at one step.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Time">When, in seconds since 1970-01-01 UTC.</param>
/// <param name="Values">Name and value of each metric, in the order they were given.</param>
public sealed record MetricRow(long Step, double Time, IReadOnlyList<KeyValuePair<string, double>> Values)
{
    private const int MaximumNesting = 2;

    /// <summary>The value of <paramref name="name"/>; null where this row has none.</summary>
    public double? Find(string name)
    {
        foreach (var (key, value) in Values)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Writes the row as one line of JSON. Values that JSON has no number for are the texts NaN, Infinity and -Infinity.</summary>
    internal static void Write(IBufferWriter<byte> buffer, long step, double time, IReadOnlyCollection<KeyValuePair<string, double>> values)
    {
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", step);
            writer.WriteNumber("time", time);
            foreach (var (name, value) in values)
            {
                if (double.IsFinite(value))
                {
                    writer.WriteNumber(name, value);
                }
                else
                {
                    writer.WriteString(name, SpellNonFinite(value));
                }
            }

            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where the line is no such object.</summary>
    internal static MetricRow? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaximumNesting });
            return Parse(ref reader);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static MetricRow? Parse(ref Utf8JsonReader reader)
    {
        long? step = null;
        double? time = null;
        var values = new List<KeyValuePair<string, double>>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "step":
                    step = reader.GetInt64();
                    break;
                case "time":
                    time = reader.GetDouble();
                    break;
                default:
                    values.Add(
                        new(name, reader.TokenType == JsonTokenType.String ? ReadNonFinite(reader.GetString()!) : reader.GetDouble())
                    );
                    break;
            }
        }

        // Reading past the end refuses anything that follows the object.
        var isWhole = reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        return isWhole && step >= 0 && time is not null ? new MetricRow(step.Value, time.Value, values) : null;
    }

    private static string SpellNonFinite(double value) =>
        double.IsNaN(value) ? "NaN"
        : value > 0 ? "Infinity"
        : "-Infinity";

    private static double ReadNonFinite(string text) =>
        text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw new FormatException(),
        };
}
