using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Plumbline.Gateway.Wire;

/// <summary>
/// The fields of an object that the gateway reads. Some servers take <c>Content</c> for <c>content</c> (Go's <c>encoding/json</c> ignores case), so a field that only looks like one of these is refused.
/// </summary>
internal sealed class FieldNames(params string[] names)
{
    private readonly FrozenSet<string> names = names.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Refuses fields that only look like those that are read.</summary>
    /// <exception cref="ApiException">There is one.</exception>
    internal void Check(JsonObject fields, string place)
    {
        foreach (var (name, _) in fields)
        {
            if (!names.Contains(name) && names.Contains(Folded(name)))
            {
                throw ApiException.BadRequest($"The field '{name}' must be written '{Folded(name)}'.", Place(place, Folded(name)));
            }
        }
    }

    internal static string Place(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";

    // Unicode's simple folding joins two letters beyond ASCII to ASCII's: long s and the Kelvin sign.
    private static string Folded(string name) => name.ToLowerInvariant().Replace('\u017F', 's').Replace('\u212A', 'k');
}
