using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Plumbline.Configuration;

/// <summary>The way back: an options record as a tree, and the tree as YAML or JSON.</summary>
internal static class OptionsTree
{
    private const int LongestInLine = 40;

    /// <summary>The tree that binds to an equal record.</summary>
    public static OptionNode Describe(object? value, Type type)
    {
        if (value is null)
        {
            return new OptionScalar(string.Empty, isQuoted: false, position: null);
        }

        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (OptionScalars.IsScalar(target))
        {
            return OptionScalars.Write(value);
        }

        if (OptionCollections.ListItem(target) is { } itemType)
        {
            var sequence = new OptionSequence(position: null);
            foreach (var item in OptionCollections.Items(value))
            {
                sequence.Items.Add(Describe(item, itemType));
            }

            return sequence;
        }

        var mapping = new OptionMapping(position: null);
        if (OptionCollections.DictionaryValue(target) is { } valueType)
        {
            foreach (var (key, item) in OptionCollections.Entries(value))
            {
                mapping.Entries.Add(key, new OptionEntry(null, Describe(item, valueType)));
            }

            return mapping;
        }

        var shape = OptionsShape.Of(target);
        var usual = shape.Members.Any(member => member.IsLater) ? Activator.CreateInstance(target) : null;
        foreach (var member in shape.Members)
        {
            var own = member.Property.GetValue(value);
            if (!member.IsLater || !Equals(own, member.Property.GetValue(usual)))
            {
                mapping.Entries.Add(member.Name, new OptionEntry(null, Describe(own, member.Type)));
            }
        }

        return mapping;
    }

    /// <summary>The tree of what differs from what an empty file would bind to.</summary>
    public static OptionNode WithoutDefaults(object value, Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (OptionScalars.IsScalar(target))
        {
            return OptionScalars.Write(value);
        }

        if (OptionCollections.ListItem(target) is { } itemType)
        {
            var sequence = new OptionSequence(position: null);
            sequence.Items.AddRange(OptionCollections.Items(value).Select(item => WithoutDefaults(item!, itemType)));
            return sequence;
        }

        var mapping = new OptionMapping(position: null);
        if (OptionCollections.DictionaryValue(target) is { } valueType)
        {
            foreach (var (key, item) in OptionCollections.Entries(value))
            {
                mapping.Entries.Add(key, new OptionEntry(null, WithoutDefaults(item!, valueType)));
            }

            return mapping;
        }

        var usual = Activator.CreateInstance(target)!;
        foreach (var member in OptionsShape.Of(target).Members)
        {
            var own = member.Property.GetValue(value);
            if (
                own is null
                || (
                    !member.IsRequired
                    && ToYaml(Describe(own, member.Type)) == ToYaml(Describe(member.Property.GetValue(usual), member.Type))
                )
            )
            {
                continue;
            }

            mapping.Entries.Add(member.Name, new OptionEntry(null, WithoutDefaults(own, member.Type)));
        }

        return mapping;
    }

    /// <summary>The tree as block YAML; lists of single values in one line.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="readable">Whether texts of several lines stand as such, where YAML can say them so.</param>
    public static string ToYaml(OptionNode root, bool readable = false)
    {
        var text = new StringBuilder();
        AppendYaml(text, root, indent: 0, isAfterDash: false, readable);
        return text.ToString().TrimStart('\n').TrimStart(' ') + "\n";
    }

    /// <summary>Writes the tree as JSON; numbers that JSON does not have (.inf, .nan) as text.</summary>
    public static void WriteJson(Utf8JsonWriter writer, OptionNode node)
    {
        switch (node)
        {
            case OptionMapping mapping:
                writer.WriteStartObject();
                foreach (var (key, entry) in mapping.Entries)
                {
                    writer.WritePropertyName(key);
                    WriteJson(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case OptionSequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    WriteJson(writer, item);
                }

                writer.WriteEndArray();
                break;
            case OptionScalar { IsNull: true }:
                writer.WriteNullValue();
                break;
            case OptionScalar { IsQuoted: false } scalar when IsJson(scalar.Text):
                writer.WriteRawValue(scalar.Text);
                break;
            case OptionScalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    // Neither .inf and .nan nor days.
    private static bool IsJson(string text) =>
        !text.TrimStart('-').StartsWith('.') && text.IndexOf('-', 1) is var dash && (dash < 0 || text[dash - 1] is 'e');

    private static void AppendYaml(StringBuilder text, OptionNode node, int indent, bool isAfterDash, bool readable)
    {
        switch (node)
        {
            case OptionMapping { Entries.Count: > 0 } mapping:
                foreach (var (key, entry) in mapping.Entries)
                {
                    // The first key of a list item stands on the dash's own line.
                    text.Append(isAfterDash ? string.Empty : "\n".PadRight(indent + 1)).Append(Spell(key)).Append(':');
                    isAfterDash = false;
                    AppendYaml(text, entry.Value, indent + 2, isAfterDash: false, readable);
                }

                break;
            case OptionSequence sequence
                when sequence.Items.Exists(item => item is not OptionScalar scalar || (readable && scalar.Text.Length > LongestInLine)):
                foreach (var item in sequence.Items)
                {
                    text.Append("\n".PadRight(indent + 1)).Append('-');
                    text.Append(item is OptionMapping { Entries.Count: > 0 } ? " " : string.Empty);
                    AppendYaml(text, item, indent + 2, isAfterDash: true, readable);
                }

                break;
            case OptionSequence sequence:
                text.Append(" [").AppendJoin(", ", sequence.Items.Select(item => Spell((OptionScalar)item))).Append(']');
                break;
            case OptionScalar { IsQuoted: true } scalar when readable && IsBlock(scalar.Text):
                text.Append(" |-");
                foreach (var line in scalar.Text.Split('\n'))
                {
                    text.Append('\n').Append(' ', line.Length > 0 ? indent : 0).Append(line);
                }

                break;
            case OptionScalar scalar:
                text.Append(' ').Append(Spell(scalar));
                break;
            default:
                text.Append(" {}");
                break;
        }
    }

    // Several lines that a literal block gives back as they are: its first line shows how far it is indented, and it ends without an empty one.
    private static bool IsBlock(string text) =>
        text.Contains('\n', StringComparison.Ordinal)
        && !char.IsWhiteSpace(text[0])
        && !text.EndsWith('\n')
        && text.All(character => character == '\n' || IsPlain(character));

    private static bool IsPlain(char character) =>
        character is >= ' ' and not (>= '\u007F' and < '\u00A0') and not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');

    private static string Spell(OptionScalar scalar) =>
        scalar.IsNull ? "null"
        : scalar.IsQuoted ? Spell(scalar.Text)
        : scalar.Text;

    /// <summary>Text as a bare word where no reader could take it for anything else, in double quotes otherwise.</summary>
    private static string Spell(string value)
    {
        if (IsBareWord(value))
        {
            return value;
        }

        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            var isPlain = IsPlain(character);
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\t' => text.Append("\\t"),
                _ when isPlain => text.Append(character),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
            };
        }

        return text.Append('"').ToString();
    }

    private static bool IsBareWord(string value)
    {
        if (value.Length == 0 || !(char.IsAsciiLetter(value[0]) || value[0] is '/' or '_'))
        {
            return false;
        }

        foreach (var character in value)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '/' or '.' or '-'))
            {
                return false;
            }
        }

        // Words that some YAML reader takes for a null or a boolean.
        return value.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
    }
}
