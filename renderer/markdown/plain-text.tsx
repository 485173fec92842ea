// Text as it is, where its Markdown cannot be drawn: too heavy, or one that the parser gave up on. One hostile message must not take the
// page with it.

import { Component, type ReactNode } from 'react';

export const PlainText = ({ text }: { text: string }): ReactNode => <div className="md-plain">{text}</div>;

interface Props {
  text: string;
  children: ReactNode;
}

export class PlainWhenBroken extends Component<Props, { brokenBy: string | undefined }> {
  override state: { brokenBy: string | undefined } = { brokenBy: undefined };

  static getDerivedStateFromError(): { brokenBy: string } {
    return { brokenBy: '' };
  }

  override componentDidCatch(error: unknown): void {
    console.warn('A text could not be drawn as Markdown.', error);
    this.setState({ brokenBy: this.props.text });
  }

  override componentDidUpdate(): void {
    // More of it has come: it may be sound now.
    const { brokenBy } = this.state;
    if (brokenBy !== undefined && brokenBy !== '' && brokenBy !== this.props.text) this.setState({ brokenBy: undefined });
  }

  override render(): ReactNode {
    return this.state.brokenBy === undefined ? this.props.children : <PlainText text={this.props.text} />;
  }
}
