using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Configuration;
using Plumbline.Models.HuggingFace;

namespace Plumbline.Models.Adapters;

/// <summary>PEFT's <c>adapter_config.json</c>, read strictly: what changes the arithmetic is built, or refused by name.</summary>
public static class AdapterConfigJson
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Where the file came from, how PEFT started the weights, how it runs: nothing of it changes what finished weights mean.
    private static readonly HashSet<string> Harmless =
    [
        "auto_mapping",
        "corda_config",
        "ensure_weight_tying",
        "eva_config",
        "fan_in_fan_out",
        "inference_mode",
        "loftq_config",
        "lora_ga_config",
        "megatron_core",
        "peft_version",
        "qalora_group_size",
        "revision",
        "runtime_config",
    ];

    private static readonly HashSet<string> Understood =
    [
        "alpha_pattern",
        "base_model_name_or_path",
        "bias",
        "init_lora_weights",
        "lora_alpha",
        "lora_dropout",
        "modules_to_save",
        "peft_type",
        "r",
        "rank_pattern",
        "target_modules",
        "task_type",
        "use_dora",
        "use_rslora",
    ];

    // These starts move a part of the base into the adapter and leave another base behind.
    private static readonly string[] StartsThatChangeTheBase = ["pissa", "olora", "loftq", "corda", "lora_ga"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file <c>adapter_config.json</c>.</param>
    /// <exception cref="InvalidInputException">
    /// It is missing or no JSON, not a LoRA adapter, a value is out of range, or it asks for what is not built.
    /// </exception>
    public static AdapterConfig Read(string path)
    {
        var json = ConfigJson.Parse(path);
        var fields = new ConfigFields(path, json);
        Refuse(json, fields);
        var (pattern, targets) = Targets(json, fields);
        var options = new LoraOptions
        {
            Rank = fields.Count("r", 8),
            Alpha = fields.Number("lora_alpha", 8),
            Dropout = Dropout(json, fields),
            TargetModules = targets,
            TargetPattern = pattern,
            RankPattern = Pattern(json, fields, "rank_pattern").ToDictionary(pair => pair.Key, pair => (int)pair.Value),
            AlphaPattern = Pattern(json, fields, "alpha_pattern"),
            UseRslora = fields.Flag("use_rslora", false),
            UseDora = fields.Flag("use_dora", false),
            ModulesToSave = json["modules_to_save"] is null ? [] : Texts(json, fields, "modules_to_save"),
        };
        ThrowIfOutOfRange(options, fields);
        return new AdapterConfig(options, OptionalText(json, fields, "base_model_name_or_path"), OptionalText(json, fields, "task_type"));
    }

    /// <summary>The text of a file that PEFT loads as the same adapter.</summary>
    /// <param name="config">What it says; where the targets are <c>all-linear</c>, <paramref name="modules"/> are listed instead.</param>
    /// <param name="modules">The adapted modules.</param>
    /// <param name="fanInFanOut">Whether the base's files have matrices as [inputs, outputs] (GPT-2).</param>
    public static string Write(AdapterConfig config, IEnumerable<string> modules, bool fanInFanOut)
    {
        var options = config.Options;
        var targets = options.TargetModules.Contains(LoraOptions.AllLinear) ? LoraAdapter.Kinds(modules) : options.TargetModules;
        var json = new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(options.AlphaPattern.Select(pair => KeyValuePair.Create(pair.Key, Whole(pair.Value)))),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = config.BaseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = fanInFanOut,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_pattern"] = null,
            ["layers_to_transform"] = null,
            ["lora_alpha"] = Whole(options.Alpha),
            ["lora_dropout"] = options.Dropout,
            ["modules_to_save"] = options.ModulesToSave.Count == 0 ? null : List(options.ModulesToSave),
            ["peft_type"] = "LORA",
            ["r"] = options.Rank,
            ["rank_pattern"] = new JsonObject(options.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["revision"] = null,
            ["target_modules"] = options.TargetPattern is { } pattern ? pattern : List(targets),
            ["task_type"] = config.TaskType,
            ["use_dora"] = options.UseDora,
            ["use_rslora"] = options.UseRslora,
        };
        return json.ToJsonString(Indented);
    }

    private static void Refuse(JsonObject json, ConfigFields fields)
    {
        if (fields.Text("peft_type") is not "LORA")
        {
            throw fields.Problem($"peft_type is '{fields.Text("peft_type")}'.", "Adapters of type LORA can be read.");
        }

        if (fields.Text("bias", "none") is not "none")
        {
            throw fields.Problem(
                $"bias is '{fields.Text("bias")}'.",
                "Adapters that train biases are not built: merge the adapter with PEFT first."
            );
        }

        if (
            json["init_lora_weights"]?.ToString() is { } start
            && Array.Exists(StartsThatChangeTheBase, name => start.StartsWith(name, StringComparison.OrdinalIgnoreCase))
        )
        {
            throw fields.Problem(
                $"init_lora_weights is '{start}': the adapter belongs to a changed base that is not the named one.",
                "Convert it to a plain LoRA adapter with PEFT (path_initial_model_for_weight_conversion)."
            );
        }

        foreach (var (name, value) in json)
        {
            if (!Understood.Contains(name) && !Harmless.Contains(name) && !IsUnset(value))
            {
                throw fields.Problem(
                    $"{name} is {Shortened(value!)}.",
                    "This reader does not know what that changes: merge the adapter into its base with PEFT first."
                );
            }
        }
    }

    // PEFT writes every field of its newest version; what is not set there changes nothing.
    private static bool IsUnset(JsonNode? value) =>
        value switch
        {
            null or JsonArray { Count: 0 } or JsonObject { Count: 0 } => true,
            JsonValue flag when flag.TryGetValue<bool>(out var set) => !set,
            _ => false,
        };

    private static (string? Pattern, IReadOnlyList<string> Targets) Targets(JsonObject json, ConfigFields fields) =>
        json["target_modules"] switch
        {
            JsonValue value when value.TryGetValue<string>(out var text) => text == LoraOptions.AllLinear
                ? (null, [LoraOptions.AllLinear])
                : (text, []),
            JsonArray => (null, Texts(json, fields, "target_modules")),
            _ => throw fields.Problem(
                $"target_modules is {json["target_modules"]?.ToJsonString() ?? "missing"}.",
                "It must be a list of module names or a regular expression."
            ),
        };

    private static IReadOnlyList<string> Texts(JsonObject json, ConfigFields fields, string name) =>
        json[name] is JsonArray many && many.All(node => node is JsonValue value && value.TryGetValue<string>(out _))
            ? [.. many.Select(node => node!.GetValue<string>())]
            : throw fields.Problem($"{name} is {Shortened(json[name]!)}.", "It must be a list of texts.");

    private static string? OptionalText(JsonObject json, ConfigFields fields, string name) => json[name] is null ? null : fields.Text(name);

    private static double Dropout(JsonObject json, ConfigFields fields) =>
        json["lora_dropout"] is JsonValue value && value.TryGetValue<double>(out var zero) && zero == 0
            ? 0
            : fields.OptionalNumber("lora_dropout") ?? 0;

    private static Dictionary<string, double> Pattern(JsonObject json, ConfigFields fields, string name) =>
        json[name] switch
        {
            null => [],
            JsonObject entries => entries.ToDictionary(pair => pair.Key, pair => PatternValue(pair, fields, name)),
            _ => throw fields.Problem($"{name} is {Shortened(json[name]!)}.", "It must be an object from names to numbers."),
        };

    private static double PatternValue(KeyValuePair<string, JsonNode?> pair, ConfigFields fields, string name) =>
        pair.Value is JsonValue value
        && value.TryGetValue<double>(out var number)
        && number is > 0 and <= int.MaxValue
        && (name == "alpha_pattern" || number == Math.Floor(number))
            ? number
            : throw fields.Problem(
                $"{name} gives '{pair.Key}' {pair.Value?.ToJsonString() ?? "null"}.",
                name == "alpha_pattern" ? "It must be a number above 0." : "It must be a whole number from 1."
            );

    private static void ThrowIfOutOfRange(LoraOptions options, ConfigFields fields)
    {
        try
        {
            OptionsValidation.ThrowIfInvalid(options);
            _ = new TargetSelection(options);
        }
        catch (InvalidInputException failure)
        {
            throw fields.Problem(failure.Problem, failure.Mend ?? "Save the adapter again with PEFT.");
        }
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonNode? Whole(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? (long)value : value;

    private static string Shortened(JsonNode value)
    {
        var text = value.ToJsonString();
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
