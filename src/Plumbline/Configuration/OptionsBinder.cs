using System.Reflection;

namespace Plumbline.Configuration;

/// <summary>Turns a tree into an options record, collecting every fault with its place instead of stopping at the first.</summary>
/// <param name="faults">Receives them.</param>
/// <param name="mayBeSet">Whether what is missing can be given on the command line instead.</param>
internal sealed class OptionsBinder(OptionFaults faults, bool mayBeSet = true)
{
    /// <summary>Stands for a value that could not be bound; the fault is in the list.</summary>
    private static readonly object Failed = new();

    /// <summary>The record of type <paramref name="type"/> that <paramref name="node"/> describes; null where there are faults.</summary>
    /// <param name="node">The root.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="existing">The options that hold where the tree says nothing; null for the type's own defaults.</param>
    /// <param name="path">Where the node stands in its file.</param>
    public object? BindRoot(OptionNode node, Type type, object? existing, string path = "")
    {
        var root = node is OptionScalar { IsNull: true } ? new OptionMapping(node.Position) : node;
        var value = Bind(root, type, allowsNull: false, itemsAllowNull: false, path, existing);
        return ReferenceEquals(value, Failed) ? null : value;
    }

    private object? Bind(OptionNode node, Type type, bool allowsNull, bool itemsAllowNull, string path, object? existing)
    {
        if (node is OptionScalar { IsNull: true } && allowsNull)
        {
            return null;
        }

        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (OptionScalars.IsScalar(target))
        {
            var value = node is OptionScalar scalar && !scalar.IsNull ? OptionScalars.Parse(scalar, target) : null;
            return value ?? Fault(node, path, OptionScalars.Expected(target));
        }

        if (OptionCollections.ListItem(target) is { } itemType)
        {
            return node is OptionSequence sequence
                ? BindList(sequence, target, itemType, itemsAllowNull, path)
                : Fault(node, path, "a list, such as [a, b]");
        }

        if (OptionCollections.DictionaryValue(target) is { } valueType)
        {
            return node is OptionMapping entries
                ? BindDictionary(entries, valueType, itemsAllowNull, path)
                : Fault(node, path, "a mapping of names to values");
        }

        var shape = OptionsShape.Of(target);
        return node is OptionMapping mapping
            ? BindRecord(mapping, target, shape, path, existing)
            : Fault(node, path, $"a mapping with {Listing(shape)}");
    }

    private object BindList(OptionSequence sequence, Type type, Type itemType, bool itemsAllowNull, string path)
    {
        var before = faults.Count;
        var items = new List<object?>(sequence.Items.Count);
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            var allowsNull = itemsAllowNull || Nullable.GetUnderlyingType(itemType) is not null;
            items.Add(Bind(sequence.Items[i], itemType, allowsNull, itemsAllowNull: false, $"{path}.{i}", existing: null));
        }

        return faults.Count > before ? Failed : OptionCollections.BuildList(type, itemType, items);
    }

    private object BindDictionary(OptionMapping mapping, Type valueType, bool valuesAllowNull, string path)
    {
        var before = faults.Count;
        var dictionary = OptionCollections.BuildDictionary(valueType);
        foreach (var (key, entry) in mapping.Entries)
        {
            var allowsNull = valuesAllowNull || Nullable.GetUnderlyingType(valueType) is not null;
            var value = Bind(entry.Value, valueType, allowsNull, itemsAllowNull: false, $"{path}.{key}", existing: null);
            if (faults.Count == before)
            {
                dictionary.Add(key, value);
            }
        }

        return faults.Count > before ? Failed : dictionary;
    }

    private object BindRecord(OptionMapping mapping, Type type, OptionsShape shape, string path, object? existing)
    {
        var before = faults.Count;
        CheckNames(mapping, shape, path);
        var arguments = new List<object?>();
        foreach (var member in shape.Members.Where(member => member.Parameter is not null))
        {
            var inherited = existing is null ? null : member.Property.GetValue(existing);
            if (mapping.Entries.TryGetValue(member.Name, out var entry))
            {
                arguments.Add(BindMember(entry.Value, member, path, inherited));
            }
            else if (existing is null && member.IsRequired)
            {
                AddMissing(mapping, member, path);
                arguments.Add(Failed);
            }
            else
            {
                arguments.Add(existing is null ? member.Parameter!.DefaultValue : inherited);
            }
        }

        // Properties get their defaults from an instance, so they wait for one that can be built.
        var canBuild = arguments.TrueForAll(argument => !ReferenceEquals(argument, Failed));
        var instance = canBuild ? Guard(mapping, path, () => Construct(type, shape, arguments)) : Failed;
        if (!ReferenceEquals(instance, Failed))
        {
            BindProperties(mapping, shape, path, existing, instance!);
        }

        return faults.Count > before ? Failed : instance!;
    }

    private void BindProperties(OptionMapping mapping, OptionsShape shape, string path, object? existing, object instance)
    {
        foreach (var member in shape.Members.Where(member => member.Parameter is null))
        {
            var inherited = member.Property.GetValue(existing ?? instance);
            if (mapping.Entries.TryGetValue(member.Name, out var entry))
            {
                var value = BindMember(entry.Value, member, path, inherited);
                if (!ReferenceEquals(value, Failed))
                {
                    Guard(entry.Value, Join(path, member.Name), () => Assign(member.Property, instance, value));
                }
            }
            else if (existing is not null)
            {
                member.Property.SetValue(instance, inherited);
            }
            else if (member.IsRequired)
            {
                AddMissing(mapping, member, path);
            }
        }
    }

    private object? BindMember(OptionNode node, OptionMember member, string path, object? inherited) =>
        Bind(node, member.Type, member.AllowsNull, member.ItemsAllowNull, Join(path, member.Name), inherited);

    private static object Construct(Type type, OptionsShape shape, List<object?> arguments) =>
        shape.Constructor is null ? Activator.CreateInstance(type)! : shape.Constructor.Invoke([.. arguments]);

    private static object? Assign(PropertyInfo property, object instance, object? value)
    {
        property.SetValue(instance, value);
        return null;
    }

    /// <summary>Runs the record's own code, whose refusals become faults of this place.</summary>
    private object? Guard(OptionNode node, string path, Func<object?> build)
    {
        try
        {
            return build();
        }
        catch (TargetInvocationException failure) when (failure.InnerException is ArgumentException or InvalidInputException)
        {
            var mend = (failure.InnerException as InvalidInputException)?.Mend ?? "Change the value.";
            var problem = (failure.InnerException as InvalidInputException)?.Problem ?? failure.InnerException.Message;
            faults.Add($"{Subject(path)} cannot be used: {problem}", mend, node.Position);
            return Failed;
        }
    }

    private void CheckNames(OptionMapping mapping, OptionsShape shape, string path)
    {
        foreach (var (key, entry) in mapping.Entries)
        {
            if (shape.Find(key) is null)
            {
                var nearest = OptionText.Nearest(key, shape.Members.Select(member => member.Name));
                faults.Add(
                    $"There is no option {OptionText.Quote(Join(path, key))}.",
                    nearest is null ? $"Known here: {Listing(shape)}." : $"Did you mean '{Join(path, nearest)}'?",
                    entry.KeyPosition
                );
            }
        }
    }

    private void AddMissing(OptionMapping mapping, OptionMember member, string path)
    {
        var name = Join(path, member.Name);
        var type = Nullable.GetUnderlyingType(member.Type) ?? member.Type;
        var expected = OptionScalars.IsScalar(type) ? $" ({OptionScalars.Expected(type)})" : string.Empty;
        var instead = mayBeSet ? $", or pass --set {name}=..." : ".";
        faults.Add($"The option '{name}' is missing.", $"Add {member.Name}{expected}{instead}", mapping.Position);
    }

    private object Fault(OptionNode node, string path, string expected)
    {
        faults.Add($"{Subject(path)} is {node.Describe()}.", $"Expected {expected}.", node.Position);
        return Failed;
    }

    private static string Subject(string path) => path.Length == 0 ? "The file" : $"The option {OptionText.Quote(path)}";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Listing(OptionsShape shape) => string.Join(", ", shape.Members.Select(member => member.Name));
}
