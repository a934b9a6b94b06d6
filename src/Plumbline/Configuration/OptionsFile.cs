using System.Text;

namespace Plumbline.Configuration;

/// <summary>
/// Options as strict YAML: <c>learning_rate</c> binds to <c>LearningRate</c> of an immutable record. A key that is unknown, repeated or missing, a value
/// of the wrong type or out of its range is an error that names the option, the value, what is expected, and the place.
/// </summary>
/// <remarks>
/// A record's options are its constructor's parameters and its settable properties. Values may be text, truth values, numbers, enums
/// (in snake_case), <see cref="Randomness.Seed"/>, records, lists and dictionaries with text keys. A parameter without a default and a
/// <c>required</c> property must be given. A mapping overlays the defaults of the property it binds to; a list or dictionary replaces them.
/// Files are at most 1 MiB and 32 levels deep; anchors, aliases and tags are refused.
/// </remarks>
public static class OptionsFile
{
    /// <summary>Reads options, lays the overrides over them and checks every range.</summary>
    /// <param name="path">The YAML file; null where the options come from defaults and overrides alone.</param>
    /// <param name="overrides">
    /// <c>group.option=value</c>, as given to <c>--set</c>; a number indexes a list, the value is YAML, later ones win. Null for none.
    /// </param>
    /// <param name="defaults">What holds where file and overrides are silent; null for the record's own defaults.</param>
    /// <exception cref="InvalidInputException">The options are not usable; the message names everything that is wrong.</exception>
    public static T Read<T>(string? path, IEnumerable<string>? overrides = null, T? defaults = null)
        where T : class
    {
        var root = path is null ? new OptionMapping(position: null) : OptionsYamlReader.ReadFile(path);
        return Resolve(root, overrides, defaults);
    }

    /// <summary>The resolved options as YAML, every default spelled out but those of options that came after stages were keyed by it; <c>Read</c> gives equal options back.</summary>
    public static string Write<T>(T options)
        where T : class => OptionsTree.ToYaml(OptionsTree.Describe(options, typeof(T)));

    /// <summary>Reads options from UTF-8 bytes: what fuzzing drives.</summary>
    internal static T Read<T>(byte[] yaml, string name)
        where T : class => Resolve<T>(OptionsYamlReader.Read(yaml, name), overrides: null, defaults: null);

    /// <summary>Reads what <see cref="Write"/> gave.</summary>
    internal static T Parse<T>(string yaml)
        where T : class => Read<T>(Encoding.UTF8.GetBytes(yaml), "options");

    private static T Resolve<T>(OptionNode root, IEnumerable<string>? overrides, T? defaults)
        where T : class
    {
        foreach (var text in overrides ?? [])
        {
            root = OptionOverride.Apply(root, text);
        }

        var faults = new OptionFaults();
        var options = new OptionsBinder(faults).BindRoot(root, typeof(T), defaults);
        faults.ThrowIfAny();
        OptionsValidation.Check(options, typeof(T), root, root.Position, string.Empty, faults);
        faults.ThrowIfAny();
        return (T)options!;
    }
}
