using System.CommandLine;
using System.Text.Json;

namespace Plumbline.Cli.Commands;

/// <summary>What <c>plumb generate</c> and <c>plumb chat</c> share on their command lines: short ways to write options, and their file.</summary>
internal sealed class SpeakerArguments
{
    private readonly Argument<string?> file = new("file")
    {
        Description = "A YAML file with the options; the ones given here go before it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> model = new("--model") { Description = "A Hugging Face model folder." };
    private readonly Option<string?> endpoint = new("--endpoint")
    {
        Description = "An OpenAI-compatible endpoint: http://localhost:8000/v1.",
    };
    private readonly Option<string?> remoteModel = new("--remote-model") { Description = "The model's name at the endpoint." };

    private readonly Option<string?> keyVariable = new("--api-key-variable")
    {
        Description = "The environment variable that holds the endpoint's API key.",
    };

    private readonly Option<string?> system = new("--system") { Description = "The system message." };
    private readonly Option<ulong?> seed = new("--seed") { Description = "Same seed, same answers." };

    private readonly Option<string[]> set = new("--set")
    {
        Description = "Sets one option: --set sampling.temperature=0.7. May be repeated.",
    };

    /// <summary>Adds them to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Add(file);
        foreach (var option in (Option[])[model, endpoint, remoteModel, keyVariable, system, seed, set])
        {
            command.Add(option);
        }
    }

    /// <summary>The options file; null where none was given.</summary>
    internal string? File(ParseResult parsed) => parsed.GetValue(file);

    /// <summary>What was given on the command line, as overrides of the file. <c>--set</c> comes last and wins.</summary>
    internal List<string> Overrides(ParseResult parsed, params IEnumerable<(string Option, string? Value)> further)
    {
        var overrides = new List<string>();
        foreach (
            var (option, value) in (IEnumerable<(string, string?)>)
                [
                    ("model", parsed.GetValue(model)),
                    ("remote.endpoint", parsed.GetValue(endpoint)),
                    ("remote.model", parsed.GetValue(remoteModel)),
                    ("remote.api_key_variable", parsed.GetValue(keyVariable)),
                    ("system", parsed.GetValue(system)),
                    .. further,
                ]
        )
        {
            if (value is not null)
            {
                overrides.Add($"{option}={Quoted(value)}");
            }
        }

        if (parsed.GetValue(seed) is { } number)
        {
            overrides.Add($"seed={number}");
        }

        return [.. overrides, .. parsed.GetValue(set) ?? []];
    }

    // Whatever the text holds, it is one YAML text.
    internal static string Quoted(string value) => JsonSerializer.Serialize(value);
}
