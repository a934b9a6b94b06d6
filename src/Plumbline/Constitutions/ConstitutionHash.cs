using System.Security.Cryptography;
using System.Text;
using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>
/// Hashes of what a constitution says: comments, the order of keys and of lists where it means nothing, the way lines are broken, and what readers only are told (name,
/// version, section) do not change them.
/// </summary>
public static class ConstitutionHash
{
    // Of the lists in the file only this one has an order.
    private const string Ordered = "rules";

    /// <summary>SHA-256 of the whole, in hexadecimal.</summary>
    public static string Of(Constitution constitution) =>
        Hash(
            constitution with
            {
                Name = string.Empty,
                Version = null,
                Overlays = [],
                Clauses = constitution.Clauses.ToDictionary(clause => clause.Key, clause => clause.Value with { Section = null }),
            },
            typeof(Constitution)
        );

    /// <summary>SHA-256 of one clause, in hexadecimal; its id is no part of it.</summary>
    public static string Of(Clause clause) => Hash(clause with { Section = null }, typeof(Clause));

    private static string Hash(object value, Type type)
    {
        var text = new StringBuilder();
        Append(text, OptionsTree.WithoutDefaults(value, type), name: string.Empty);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // Every part says how long it is, so that no two trees have one text.
    private static void Append(StringBuilder text, OptionNode node, string name)
    {
        switch (node)
        {
            case OptionMapping mapping:
                text.Append('{').Append(mapping.Entries.Count);
                foreach (var (key, entry) in mapping.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    Append(text, key);
                    Append(text, entry.Value, key);
                }

                break;
            case OptionSequence sequence:
                var items = sequence.Items.Select(item =>
                {
                    var own = new StringBuilder();
                    Append(own, item, name);
                    return own.ToString();
                });
                text.Append('[').Append(sequence.Items.Count);
                foreach (var item in name == Ordered ? items : items.Order(StringComparer.Ordinal))
                {
                    text.Append(item);
                }

                break;
            case OptionScalar scalar:
                Append(text, string.Join(' ', scalar.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
                break;
        }
    }

    private static void Append(StringBuilder text, string value) => text.Append(value.Length).Append(':').Append(value);
}
