using System.Collections.Concurrent;
using System.Reflection;

namespace Plumbline.Configuration;

/// <summary>One option of a record: a constructor parameter or a property that can be initialised.</summary>
internal sealed record OptionMember(
    string Name,
    Type Type,
    bool AllowsNull,
    bool ItemsAllowNull,
    bool IsRequired,
    ParameterInfo? Parameter,
    PropertyInfo Property
)
{
    /// <summary>Whether it is left out where it has its default.</summary>
    public bool IsLater { get; } = Property.IsDefined(typeof(LaterOptionAttribute));
}

/// <summary>Which options a record type has and how one is built. Found once per type by reflection.</summary>
internal sealed class OptionsShape
{
    private static readonly ConcurrentDictionary<Type, OptionsShape> Known = new();

    private OptionsShape(Type type)
    {
        Constructor = ChooseConstructor(type);
        var nullability = new NullabilityInfoContext();
        var members = new List<OptionMember>();
        foreach (var parameter in Constructor?.GetParameters() ?? [])
        {
            var property =
                FindProperty(type, parameter.Name!)
                ?? throw new InvalidOperationException(
                    $"{type.Name}'s constructor parameter '{parameter.Name}' has no property of its name."
                );
            members.Add(Describe(property, nullability.Create(parameter), parameter.ParameterType, !parameter.HasDefaultValue, parameter));
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var isOption =
                property.SetMethod is { IsPublic: true } && property.GetMethod is not null && property.GetIndexParameters().Length == 0;
            if (isOption && members.TrueForAll(member => member.Property.Name != property.Name))
            {
                var isRequired = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));
                members.Add(Describe(property, nullability.Create(property), property.PropertyType, isRequired, null));
            }
        }

        if (members.Count == 0)
        {
            throw new InvalidOperationException(
                $"{type} is no options record: it has neither constructor parameters nor settable properties."
            );
        }

        Members = members;
    }

    /// <summary>The constructor that takes the options; null for a struct without one.</summary>
    public ConstructorInfo? Constructor { get; }

    /// <summary>The options: constructor parameters in their order, then properties.</summary>
    public IReadOnlyList<OptionMember> Members { get; }

    public static OptionsShape Of(Type type) => Known.GetOrAdd(type, static type => new OptionsShape(type));

    public OptionMember? Find(string name)
    {
        foreach (var member in Members)
        {
            if (member.Name == name)
            {
                return member;
            }
        }

        return null;
    }

    private static OptionMember Describe(
        PropertyInfo property,
        NullabilityInfo nullability,
        Type type,
        bool isRequired,
        ParameterInfo? parameter
    )
    {
        var item = nullability.ElementType ?? nullability.GenericTypeArguments.LastOrDefault();
        return new OptionMember(
            OptionText.SnakeCase(property.Name),
            type,
            nullability.WriteState == NullabilityState.Nullable || Nullable.GetUnderlyingType(type) is not null,
            item is { WriteState: NullabilityState.Nullable } || item is { ReadState: NullabilityState.Nullable },
            isRequired,
            parameter,
            property
        );
    }

    private static ConstructorInfo? ChooseConstructor(Type type)
    {
        var constructor = type.GetConstructors()
            .Where(candidate => candidate.GetParameters().All(parameter => FindProperty(type, parameter.Name!) is not null))
            .MaxBy(candidate => candidate.GetParameters().Length);
        if (constructor is null && (!type.IsValueType || type.IsAbstract))
        {
            throw new InvalidOperationException($"{type} is no options record: no public constructor takes what its properties hold.");
        }

        return constructor;
    }

    private static PropertyInfo? FindProperty(Type type, string name) =>
        type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
}
