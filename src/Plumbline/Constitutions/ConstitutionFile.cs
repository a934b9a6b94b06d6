using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>
/// Constitutions and overlays as strict YAML (docs/constitution.md): every fault has its line, its column and its mend. Names without a folder or an extension are
/// those that Plumbline ships.
/// </summary>
public static class ConstitutionFile
{
    private const string ResourcePrefix = "Plumbline.Constitutions.Shipped.";
    private const string Extension = ".yaml";
    private const string ChangesKey = "changes";
    private const string ForKey = "for";
    private const string SetKey = "set";
    private const string AppendKey = "append";

    /// <summary>What Plumbline ships: constitutions and overlays.</summary>
    public static IReadOnlyList<string> Shipped { get; } =
    [
        .. typeof(ConstitutionFile)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => name[ResourcePrefix.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a constitution, and lays overlays over it.</summary>
    /// <param name="path">A file, or the name of a shipped one.</param>
    /// <param name="overlays">The same for overlays; null for none.</param>
    /// <exception cref="InvalidInputException">A file is not usable, or two overlays disagree about a clause.</exception>
    public static Constitution Read(string path, IEnumerable<string>? overlays = null)
    {
        var constitution = Parse(Bytes(path), path);
        return OverlayApplication.Apply(constitution, [.. (overlays ?? []).Select(ReadOverlay)]);
    }

    /// <summary>Reads an overlay.</summary>
    /// <param name="path">A file, or the name of a shipped one.</param>
    /// <exception cref="InvalidInputException">The file is not usable.</exception>
    public static Overlay ReadOverlay(string path) => ParseOverlay(Bytes(path), path);

    /// <summary>Reads a constitution from UTF-8 bytes: what fuzzing drives.</summary>
    internal static Constitution Parse(byte[] yaml, string name)
    {
        var root = OptionsYamlReader.Read(yaml, name);
        if (root is OptionMapping mapping && mapping.Entries.TryGetValue(ForKey, out var target))
        {
            throw new InvalidInputException(
                "This is an overlay, and a constitution was asked for.",
                "Give the constitution that it is for, and this with --overlay.",
                target.KeyPosition
            );
        }

        return Bind<Constitution>(root);
    }

    /// <summary>The same for an overlay.</summary>
    internal static Overlay ParseOverlay(byte[] yaml, string name)
    {
        var root = OptionsYamlReader.Read(yaml, name);
        var edits = new OverlayEdits();
        if (root is OptionMapping mapping)
        {
            if (mapping.Entries.TryGetValue("clauses", out var clauses))
            {
                throw new InvalidInputException(
                    "This is a constitution, and an overlay was asked for.",
                    "An overlay has changes and adds instead of clauses.",
                    clauses.KeyPosition
                );
            }

            edits.Places[ForKey] = mapping.Entries.TryGetValue(ForKey, out var target) ? target.KeyPosition : null;
            foreach (var (id, entry) in Clauses(mapping, "adds").Concat(Clauses(mapping, ChangesKey)))
            {
                edits.Places[id] = entry.KeyPosition;
            }

            foreach (var (id, entry) in Clauses(mapping, ChangesKey))
            {
                if (entry.Value is OptionMapping change)
                {
                    Take(change, SetKey, id, edits.Set);
                    Take(change, AppendKey, id, edits.Append);
                    ThrowIfItSaysNothing(id, entry, change, edits);
                }
            }
        }

        return Bind<Overlay>(root).With(edits);
    }

    /// <summary>The constitution as YAML, without what is as it is by default; <see cref="Read"/> gives an equal one back.</summary>
    public static string Text(Constitution constitution) =>
        OptionsTree.ToYaml(OptionsTree.WithoutDefaults(constitution, typeof(Constitution)), readable: true);

    /// <summary>The same as JSON.</summary>
    public static JsonNode Json(Constitution constitution)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            OptionsTree.WriteJson(writer, OptionsTree.WithoutDefaults(constitution, typeof(Constitution)));
        }

        return JsonNode.Parse(bytes.ToArray())!;
    }

    /// <summary>Writes <see cref="Text"/> into a file, which is there whole or not at all.</summary>
    public static void Write(string path, Constitution constitution) => DurableFile.WriteText(path, Text(constitution));

    /// <summary>Where clauses stand, by id; the last file that names one counts.</summary>
    /// <param name="paths">Files of constitutions and overlays, as they were read.</param>
    public static IReadOnlyDictionary<string, InputPosition> Positions(IEnumerable<string> paths)
    {
        var positions = new Dictionary<string, InputPosition>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (OptionsYamlReader.Read(Bytes(path), path) is not OptionMapping root)
            {
                continue;
            }

            foreach (var section in new[] { "clauses", ChangesKey, "adds" })
            {
                foreach (var (id, clause) in Clauses(root, section))
                {
                    positions[id] = clause.KeyPosition!;
                }
            }
        }

        return positions;
    }

    private static OrderedDictionary<string, OptionEntry> Clauses(OptionMapping root, string section) =>
        root.Entries.TryGetValue(section, out var entry) && entry.Value is OptionMapping clauses ? clauses.Entries : [];

    // A change that would be lost without a word.
    private static void ThrowIfItSaysNothing(string id, OptionEntry entry, OptionMapping change, OverlayEdits edits)
    {
        var isEdited = edits.Set.ContainsKey(id) || edits.Append.ContainsKey(id);
        var withdraws =
            change.Entries.TryGetValue("withdraw", out var withdraw) && withdraw.Value is OptionScalar { Text: "true" or "True" or "TRUE" };
        if (isEdited == withdraws)
        {
            throw new InvalidInputException(
                isEdited ? $"The clause '{id}' is changed and withdrawn." : $"The change of the clause '{id}' changes nothing.",
                "Give set or append with what is changed, or withdraw: true.",
                entry.KeyPosition
            );
        }
    }

    private static void Take(OptionMapping change, string key, string id, Dictionary<string, OptionMapping> into)
    {
        if (!change.Entries.TryGetValue(key, out var entry))
        {
            return;
        }

        into[id] =
            entry.Value as OptionMapping
            ?? throw new InvalidInputException(
                $"The option '{ChangesKey}.{id}.{key}' is {entry.Value.Describe()}.",
                "Expected a mapping with what is changed of the clause.",
                entry.Value.Position
            );
        change.Entries.Remove(key);
    }

    private static T Bind<T>(OptionNode root)
        where T : class
    {
        var faults = new OptionFaults();
        var value = new OptionsBinder(faults, mayBeSet: false).BindRoot(root, typeof(T), existing: null);
        faults.ThrowIfAny();
        OptionsValidation.Check(value, typeof(T), root, root.Position, string.Empty, faults);
        faults.ThrowIfAny();
        return (T)value!;
    }

    private static byte[] Bytes(string path)
    {
        if (Shipped.Contains(path, StringComparer.Ordinal) && !File.Exists(path))
        {
            using var resource = typeof(ConstitutionFile).Assembly.GetManifestResourceStream(ResourcePrefix + path + Extension)!;
            using var copy = new MemoryStream();
            resource.CopyTo(copy);
            return copy.ToArray();
        }

        try
        {
            return OptionsYamlReader.ReadBytes(path);
        }
        catch (InvalidInputException failure) when (failure.InnerException is FileNotFoundException)
        {
            throw new InvalidInputException(
                "There is no such file.",
                $"Give a file, or one of those that are shipped: {string.Join(", ", Shipped)}.",
                new InputPosition(path),
                failure
            );
        }
    }
}
