using Microsoft.Extensions.Logging;

namespace Plumbline.Studio.Tests.Support;

/// <summary>Keeps what the pages write about their failures.</summary>
internal sealed class Lines(List<string> kept) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Line(kept, categoryName);

    public void Dispose() { }

    private sealed class Line(List<string> kept, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

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
                lock (kept)
                {
                    kept.Add($"{category}: {formatter(state, exception)} {exception}");
                }
            }
        }
    }
}
