using Plumbline.Gateway.Wire;

namespace Plumbline.Gateway.Guarding;

/// <summary>How an answer is asked for.</summary>
/// <param name="Model">The model's name as the client gave it.</param>
/// <param name="Streams">Whether it comes in pieces.</param>
/// <param name="Choices">How many answers there may be.</param>
internal sealed record AskedFor(string Model, bool Streams, int Choices)
{
    /// <summary>The tools that the client declared: other names of tools are the model's words.</summary>
    internal HashSet<string> Tools { get; init; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="body">The request.</param>
    /// <param name="options">Which fields are refused.</param>
    /// <param name="prompts">How many prompts it has.</param>
    internal static AskedFor Of(RequestBody body, CheckOptions options, int prompts)
    {
        foreach (var (name, _) in body.Root)
        {
            if (options.RefusedFields.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw ApiException.BadRequest($"'{name}' is refused: it would reach the model unchecked.", name);
            }
        }

        return new AskedFor(
            JsonFields.Text(body.Root, "model") ?? string.Empty,
            JsonFields.Flag(body.Root, "stream"),
            prompts * JsonFields.Number(body.Root, "n", otherwise: 1, least: 1, body.Limits.MaxChoices)
        );
    }
}
