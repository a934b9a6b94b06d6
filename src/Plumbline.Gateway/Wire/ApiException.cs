using System.Text.Json;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Wire;

/// <summary>A request that ends with an error in the shape of OpenAI's. Its message goes to the client: it quotes nothing that was not checked.</summary>
internal sealed class ApiException(int status, string kind, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    internal int Status { get; } = status;

    /// <summary>What metrics call it, and the error's <c>code</c>.</summary>
    internal string Kind { get; } = kind;

    /// <summary>The field that is to blame; null for none.</summary>
    internal string? Field { get; init; }

    /// <summary>When to come back; null for unknown.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the connection ends too: where it is not certain what follows on it.</summary>
    internal bool Closes { get; init; }

    /// <summary>The decision that ended it; null for none.</summary>
    internal GuardDecision? Decision { get; init; }

    /// <summary>The decision that people were to take, and could not be asked about; null for none.</summary>
    internal GuardDecision? Unreviewed { get; init; }

    /// <summary>The error's <c>type</c>, by the status.</summary>
    internal string Type =>
        Status switch
        {
            401 => "authentication_error",
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };

    internal static ApiException BadRequest(string message, string? field = null) => new(400, "invalid_request", message) { Field = field };

    /// <summary>The model's server did what it must not.</summary>
    internal static ApiException BadGateway(string kind, string message) => new(502, kind, message);

    /// <summary>A prompt or an image that does not pass, as an error.</summary>
    internal static ApiException Refused(GuardDecision decision, string field) =>
        new(400, "content_filter", GuardJson.Explanation(decision)) { Decision = decision, Field = field };

    internal void WriteTo(Utf8JsonWriter json) => WriteTo(json, retract: false);

    /// <summary>Writes it as the end of a stream.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="retract">Whether text left before.</param>
    internal void WriteTo(Utf8JsonWriter json, bool retract)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", Message);
        json.WriteString("type", Type);
        json.WriteString("param", Field);
        json.WriteString("code", Kind);
        json.WriteEndObject();
        if (Decision is not null)
        {
            json.WritePropertyName("guard");
            GuardJson.Write(json, Decision, retract);
        }
        else if (Unreviewed is not null)
        {
            json.WritePropertyName("guard");
            GuardJson.Write(json, Unreviewed, retract, explains: false);
        }

        json.WriteEndObject();
    }
}
