using System.Globalization;

namespace Plumbline.Configuration;

/// <summary>Applies <c>--set a.b=c</c> to a tree: dots descend into mappings, numbers into lists, the value is YAML.</summary>
internal static class OptionOverride
{
    /// <summary>Applies <paramref name="overrideText"/> and returns the root, which is a new one where the root was null.</summary>
    public static OptionNode Apply(OptionNode root, string overrideText)
    {
        var position = new InputPosition($"--set {OptionText.Quote(overrideText)[1..^1]}");
        var equals = overrideText.IndexOf('=', StringComparison.Ordinal);
        var segments = equals < 0 ? [] : overrideText[..equals].Trim().Split('.');
        if (equals < 0 || segments.Any(string.IsNullOrWhiteSpace) || segments.Length > OptionsYamlReader.MaximumDepth)
        {
            throw new InvalidInputException("This is not option=value.", "Write it as --set group.option=value.", position);
        }

        var valueText = overrideText[(equals + 1)..];
        if (valueText.Length > OptionsYamlReader.MaximumBytes)
        {
            throw new InvalidInputException("The value is longer than 1 MiB.", "Put it into the options file.", position);
        }

        var value = OptionsYamlReader.ReadText(valueText, _ => position);
        return Place(root, segments, 0, value, position);
    }

    private static OptionNode Place(OptionNode at, string[] segments, int index, OptionNode value, InputPosition position)
    {
        if (index == segments.Length)
        {
            return value;
        }

        if (at is OptionScalar { IsNull: true })
        {
            at = new OptionMapping(position);
        }

        var segment = segments[index];
        var path = string.Join('.', segments[..index]);
        switch (at)
        {
            case OptionMapping mapping:
                var isKnown = mapping.Entries.TryGetValue(segment, out var entry);
                var below = isKnown ? entry.Value : new OptionScalar(string.Empty, isQuoted: false, position);
                mapping.Entries[segment] = new OptionEntry(
                    isKnown ? entry.KeyPosition : position,
                    Place(below, segments, index + 1, value, position)
                );
                return mapping;
            case OptionSequence sequence:
                PlaceInList(sequence, segments, index, value, position);
                return sequence;
            default:
                throw new InvalidInputException(
                    $"'{path}' is {at.Describe()}, so it has no option {OptionText.Quote(segment)}.",
                    $"Set '{path}' itself.",
                    position
                );
        }
    }

    private static void PlaceInList(OptionSequence sequence, string[] segments, int index, OptionNode value, InputPosition position)
    {
        var items = sequence.Items;
        if (!int.TryParse(segments[index], NumberStyles.None, CultureInfo.InvariantCulture, out var item) || item > items.Count)
        {
            throw new InvalidInputException(
                $"'{string.Join('.', segments[..index])}' is a list of {items.Count}, and {OptionText.Quote(segments[index])} is no index of it.",
                $"Use a number from 0 to {items.Count} ({items.Count} appends).",
                position
            );
        }

        if (item == items.Count)
        {
            items.Add(new OptionScalar(string.Empty, isQuoted: false, position));
        }

        items[item] = Place(items[item], segments, index + 1, value, position);
    }
}
