using System.Globalization;

namespace Plumbline.Configuration;

/// <summary>Asks options, and all options inside them, for their problems.</summary>
public static class OptionsValidation
{
    /// <summary>Throws where an option is out of its range; for options built in code (files are checked when read).</summary>
    /// <param name="options">An options record.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="InvalidInputException">Some options are out of range: the message names each with its value, range and mend.</exception>
    public static T ThrowIfInvalid<T>(T options)
        where T : notnull
    {
        var faults = new OptionFaults();
        Check(options, typeof(T), node: null, position: null, string.Empty, faults);
        faults.ThrowIfAny();
        return options;
    }

    /// <summary>Walks options and the tree they came from side by side, so that a problem is reported where the value was written.</summary>
    internal static void Check(object? value, Type type, OptionNode? node, InputPosition? position, string path, OptionFaults faults)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null || OptionScalars.IsScalar(target))
        {
            return;
        }

        if (OptionCollections.ListItem(target) is { } itemType)
        {
            var items = (node as OptionSequence)?.Items;
            var index = 0;
            foreach (var item in OptionCollections.Items(value))
            {
                var below = items is not null && index < items.Count ? items[index] : null;
                Check(item, itemType, below, below?.Position ?? position, $"{path}{index}.", faults);
                index++;
            }

            return;
        }

        if (OptionCollections.DictionaryValue(target) is { } valueType)
        {
            foreach (var (key, item) in OptionCollections.Entries(value))
            {
                var below = Child(node, key);
                Check(item, valueType, below, below?.Position ?? position, $"{path}{key}.", faults);
            }

            return;
        }

        if (value is IValidatedOptions validated)
        {
            Report(validated, node, position, path, faults);
        }

        foreach (var member in OptionsShape.Of(target).Members)
        {
            var below = Child(node, member.Name);
            Check(member.Property.GetValue(value), member.Type, below, below?.Position ?? position, $"{path}{member.Name}.", faults);
        }
    }

    private static void Report(IValidatedOptions options, OptionNode? node, InputPosition? position, string path, OptionFaults faults)
    {
        foreach (var problem in options.Problems())
        {
            var at = node;
            var place = position;
            var names = new List<string>();
            for (var left = problem.Option.Split('.'); left.Length > 0; left = left[(1 + names[^1].Count(letter => letter == '.'))..])
            {
                names.Add(Next(at, left));
                at = Child(at, names[^1]);
                place = at?.Position ?? place;
            }

            var option = path + string.Join('.', names);
            var value = problem.Value switch
            {
                null => "not set",
                string text => OptionText.Quote(text),
                Enum name => OptionText.SnakeCase(name.ToString()),
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => "not usable",
            };
            faults.Add(
                $"The option '{option}' is {value}, but must be {problem.Range}.",
                problem.Mend ?? $"Set {option} to a value that is {problem.Range}.",
                place
            );
        }
    }

    /// <summary>The key that a dotted name begins with: keys of a mapping stand as they are written and may have dots, properties are spelled as options are.</summary>
    private static string Next(OptionNode? node, string[] names) =>
        Enumerable
            .Range(0, names.Length)
            .Select(dropped => string.Join('.', names[..^dropped]))
            .FirstOrDefault(key => Child(node, key) is not null)
        ?? OptionText.SnakeCase(names[0]);

    private static OptionNode? Child(OptionNode? node, string name) =>
        node is OptionMapping mapping && mapping.Entries.TryGetValue(name, out var entry) ? entry.Value : null;
}
