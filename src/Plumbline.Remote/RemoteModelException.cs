using System.Net;
using Plumbline.Scoring;

namespace Plumbline.Remote;

/// <summary>A remote model did not answer, or not with what was asked for. The message names the endpoint and the mend, and never holds a key.</summary>
public sealed class RemoteModelException : ModelFailureException
{
    /// <summary>States what happened.</summary>
    /// <param name="endpoint">Who was asked.</param>
    /// <param name="problem">What happened.</param>
    /// <param name="mend">What the user can do about it.</param>
    /// <param name="status">What the server answered with, if it did.</param>
    /// <param name="inner">The failure underneath.</param>
    public RemoteModelException(Uri endpoint, string problem, string mend, HttpStatusCode? status = null, Exception? inner = null)
        : base($"{endpoint}: {problem} {mend}", inner)
    {
        Endpoint = endpoint;
        Status = status;
    }

    /// <summary>Who was asked.</summary>
    public Uri Endpoint { get; }

    /// <summary>The status of the answer; null where there was none or it was 200.</summary>
    public HttpStatusCode? Status { get; }
}
