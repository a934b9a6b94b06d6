using Microsoft.Extensions.Logging;

namespace Plumbline.Gateway.Telemetry;

/// <summary>Gives the gateway's own warnings and errors to whoever writes lines; what the web server says stays out. No line holds a text of a request or an answer.</summary>
internal sealed class LineLoggerProvider(Action<string> write) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(write, categoryName.StartsWith("Plumbline.", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose() { }

    private sealed class LineLogger(Action<string> write, bool isOwn) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOwn && logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
            {
                write(formatter(state, null));
            }
        }
    }
}
