using System.Collections;

namespace Plumbline.Configuration;

/// <summary>Lists and dictionaries: which types are one, and how they are built.</summary>
internal static class OptionCollections
{
    private static readonly Type[] ListTypes =
    [
        typeof(IReadOnlyList<>),
        typeof(IReadOnlyCollection<>),
        typeof(IEnumerable<>),
        typeof(IList<>),
        typeof(List<>),
    ];

    private static readonly Type[] DictionaryTypes = [typeof(IReadOnlyDictionary<,>), typeof(IDictionary<,>), typeof(Dictionary<,>)];

    /// <summary>The item type where <paramref name="type"/> is a list; null otherwise.</summary>
    public static Type? ListItem(Type type)
    {
        if (type.IsSZArray)
        {
            return type.GetElementType();
        }

        return type.IsGenericType && ListTypes.Contains(type.GetGenericTypeDefinition()) ? type.GetGenericArguments()[0] : null;
    }

    /// <summary>The value type where <paramref name="type"/> is a dictionary with text keys; null otherwise.</summary>
    public static Type? DictionaryValue(Type type) =>
        type.IsGenericType
        && DictionaryTypes.Contains(type.GetGenericTypeDefinition())
        && type.GetGenericArguments() is [{ } key, { } value]
        && key == typeof(string)
            ? value
            : null;

    public static object BuildList(Type type, Type itemType, List<object?> items)
    {
        var array = Array.CreateInstance(itemType, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        return type.IsInstanceOfType(array) ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType), array)!;
    }

    public static IDictionary BuildDictionary(Type valueType) =>
        (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType), StringComparer.Ordinal)!;

    /// <summary>The items of an options list.</summary>
    public static IEnumerable<object?> Items(object list) => ((IEnumerable)list).Cast<object?>();

    /// <summary>The entries of an options dictionary, whichever interface it was declared by.</summary>
    public static IEnumerable<(string Key, object? Value)> Entries(object dictionary)
    {
        foreach (var pair in (IEnumerable)dictionary)
        {
            var type = pair.GetType();
            yield return ((string)type.GetProperty("Key")!.GetValue(pair)!, type.GetProperty("Value")!.GetValue(pair));
        }
    }
}
