using Plumbline.Configuration;

namespace Plumbline.Gateway;

/// <summary>What operators see. No text of a request or an answer is ever part of it.</summary>
public sealed record TelemetryOptions : IValidatedOptions
{
    /// <summary>The collector that traces and metrics are sent to (OTLP over HTTP), such as <c>http://localhost:4318</c>.</summary>
    /// <value>null: nothing is sent</value>
    public string? OtlpEndpoint { get; init; }

    /// <summary>Whether <c>/metrics</c> and the details of <c>/readyz</c> need no API key where clients have one.</summary>
    /// <value>false</value>
    public bool IsOpen { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (
            OtlpEndpoint is not null
            && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)
        )
        {
            yield return new OptionProblem(nameof(OtlpEndpoint), OtlpEndpoint, "an http or https address without a user name");
        }
    }
}
