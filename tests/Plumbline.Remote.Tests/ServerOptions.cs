using Plumbline.Testing;

namespace Plumbline.Remote.Tests;

/// <summary>Options for a test's server.</summary>
internal static class ServerOptions
{
    extension(ModelServer server)
    {
        /// <summary>Options that do not wait long.</summary>
        public RemoteOptions Options =>
            new()
            {
                Endpoint = server.Endpoint,
                Model = "tiny",
                MaxRetries = 3,
                RetryDelaySeconds = 0.001,
                LongestRetryDelaySeconds = 30,
            };
    }
}
